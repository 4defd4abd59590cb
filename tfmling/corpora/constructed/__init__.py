"""Two invented languages that say the same things: bitext whose truth is known, without a download.

A meaning (`meaning`) is drawn at random (`sampling`), and each language (`svo_language`,
`sov_language`) says it with its own script, words, word order and affixes. So a translation is
right by construction, and a model that has never seen language B cannot guess it.
"""
