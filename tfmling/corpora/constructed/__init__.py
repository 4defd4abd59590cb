"""Two artificial languages with parallel text: bitext with known truth, without a download.

`sampling` draws meanings at random, and each language of `languages` expresses them with its own
script, words, word order and affixes. So translations are correct by construction, and a model that
has not seen language B cannot guess it.
"""
