"""A graphics card beside the processor: `make gpu`.

Needs torch, NumPy, SciPy, Matplotlib, scikit-image and tqdm, and no network.
"""
