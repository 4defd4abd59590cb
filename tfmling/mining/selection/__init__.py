"""Contrastive data selection: does a pair resemble trusted translations more than raw ones?

    score(s, t) = (log P_trusted(t | s) - log P_raw(t | s)) / |t|

Wang, Watanabe, Hughes, Nakagawa and Chelba (2018), "Denoising Neural Machine Translation Training
with Trusted Data and Online Data Selection" (W18-6314), where noise is the negative of this score.
There the raw model is fine-tuned on trusted pairs; here both are IBM Model 1 (Brown et al. 1993),
and the raw model is adapted to trusted pairs.
"""
