"""Contrastive data selection: does a pair look more like trusted translations than like raw ones?

    score(s, t) = (log P_trusted(t | s) - log P_raw(t | s)) / |t|

Wang, Watanabe, Hughes, Nakagawa and Chelba (2018), "Denoising Neural Machine Translation Training
with Trusted Data and Online Data Selection" (W18-6314), whose noise is the negative of this. There
the trusted model is the raw one, trained on with trusted pairs; here both are IBM Model 1 (Brown et
al. 1993), and the trusted one is the raw one, adapted to trusted pairs.
"""
