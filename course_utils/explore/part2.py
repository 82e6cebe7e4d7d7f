"""The responding figures of Part II, Bayes and sparsity."""
