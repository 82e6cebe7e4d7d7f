"""Our code beside other libraries: `make bench`."""
