"""Reading: text becomes attributed claims and published tallies. Pure: no file, clock, network or chance."""
