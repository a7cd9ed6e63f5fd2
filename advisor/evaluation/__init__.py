"""Question sets and an advisor → figures: is the right page found, is the fact in the answer, is a decline right?"""
