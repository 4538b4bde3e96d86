"""What a comparison of models is made of."""
