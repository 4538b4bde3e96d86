"""Files for people: what a comparison found, and the samples that it is about."""
