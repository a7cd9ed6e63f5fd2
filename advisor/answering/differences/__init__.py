"""Do passages give different values for what is asked?"""
