"""Any model of ours under MTEB's own evaluation (Muennighoff et al. 2023, 2210.07316)."""
