"""The one language the stages share: frozen, typed values; no file, clock, network or chance."""
