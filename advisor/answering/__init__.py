"""A question and its hits → an answer in which every sentence is cited, or an honest decline."""
