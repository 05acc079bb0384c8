"""Reports: the numbers on paper, and by mail at the hour that somebody chose."""
