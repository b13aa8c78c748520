"""What is given: the plan's rules and figures, kinds of plants, and the words for them."""
