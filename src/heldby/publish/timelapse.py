"""A period as an animated picture: the maps of its days one after the other, each whole, with its day, legend, sources and hash."""

from __future__ import annotations

import io
from collections.abc import Sequence

from heldby.errors import HeldbyError
from heldby.publish.edition import Edition
from heldby.publish.map import MapOptions, map_png

HOLD, LAST = 900, 2600  # milliseconds a picture stands, and the last one
_COLOURS = 128


def timelapse_gif(editions: Sequence[Edition], palette: str = "default", scale: float = 0.7) -> bytes:
    """The maps of `editions`, in their order, as GIF: same editions, same bytes (of one version of Pillow).

    Raises HeldbyError where the extra `map` is not installed, UsageError for an unknown palette.
    """
    try:
        from PIL import Image
    except ImportError:
        raise HeldbyError("timelapse", "a GIF needs Pillow: install heldby with its extra `map` (pip install 'heldby[map]')") from None
    drawn = [Image.open(io.BytesIO(map_png(e, MapOptions(palette=palette, scale=scale)))).convert("RGB") for e in editions]
    width, height = max(p.width for p in drawn), max(p.height for p in drawn)
    frames = []
    for picture in drawn:
        sheet = Image.new("RGB", (width, height), "#FFFFFF")
        sheet.paste(picture, (0, 0))
        frames.append(sheet.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE))
    out = io.BytesIO()
    hold = [HOLD] * (len(frames) - 1) + [LAST]
    told = "; ".join(e.digest for e in editions).encode("ascii")
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=hold, loop=0, disposal=1, comment=b"editions " + told)
    return out.getvalue()
