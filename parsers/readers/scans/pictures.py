"""Picture files → pixels, bounded: no picture is unpacked that is larger than a phone takes of a sheet of paper."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from parsers.readers.errors import Damaged, TooLarge

Pixels = NDArray[np.uint8]  # rows × columns, or rows × columns × (red, green, blue)

PIXELS_AT_MOST = 60_000_000  # of a picture as stated in its head: a phone's 50 megapixels still go
LONG_SIDE = 3_500  # pixels that are kept: A4 at 300 dpi

pillow_heif.register_heif_opener()


def pages_of_picture(data: bytes, at_most: int) -> Iterator[Pixels]:
    """Yield the pages of a picture file (a TIFF may hold many), turned as the camera says.

    Raises Damaged for what is no picture, TooLarge for one of too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                for n in range(min(getattr(picture, "n_frames", 1), at_most)):
                    picture.seek(n)
                    yield pixels_of(picture)
    except Image.DecompressionBombError as fault:
        raise TooLarge("pixels") from fault
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError) as fault:
        raise Damaged(type(fault).__name__) from fault
    except (RuntimeError, EOFError, OverflowError, ZeroDivisionError, AttributeError) as fault:
        raise Damaged(type(fault).__name__) from fault


def pixels_of(picture: Image.Image) -> Pixels:
    """Return a picture as it is to be looked at: upright, on white paper, not too large. Raises TooLarge."""
    width, height = picture.size
    if width * height > PIXELS_AT_MOST:
        raise TooLarge("pixels")
    if max(width, height) > LONG_SIDE:
        picture.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a large JPEG is unpacked at half its size or less
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in ("RGBA", "LA", "P", "PA"):
        turned = turned.convert("RGBA")
        paper = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(paper, turned)
    grey = turned.mode in ("1", "L", "I", "I;16", "F")
    return _bounded(np.asarray(turned.convert("L" if grey else "RGB"), dtype=np.uint8))


def _bounded(pixels: Pixels) -> Pixels:
    longest = max(pixels.shape[:2])
    if longest <= LONG_SIDE:
        return pixels
    share = LONG_SIDE / longest
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
