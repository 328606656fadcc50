"""What clients may do, noun by noun: the declarations of the mutations."""
