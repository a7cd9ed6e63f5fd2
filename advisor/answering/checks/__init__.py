"""Is a written sentence borne out by those it cites: figures, names, negations, quantifiers, directions, meaning?"""
