"""Letters on paper, entered by hand when they arrive or are posted."""
