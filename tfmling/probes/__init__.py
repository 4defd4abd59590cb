"""What an encoder's states say of languages: overlap, word order, translation vectors, similarity.

Functions of plain arrays and sets; what runs an encoder over data hands them its states.
"""
