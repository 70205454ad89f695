"""Where characters stand, in points, and what it looks like with their writing turned upright."""

import math

Box = tuple[float, float, float, float]  # left, bottom, right, top
Character = tuple[str, Box, int]  # its line is turned clockwise by so many degrees


def upright(box: Box, angle: int, height: float = 0.0) -> Box:
    """The box with its writing turned back; `height` is that of the writing, needed where it runs askew."""
    left, bottom, right, top = box
    match angle:
        case 0:
            return box
        case 90:
            return -top, left, -bottom, right
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return bottom, -right, top, -left
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = (left + right) / 2, (bottom + top) / 2
    across, along = x * cosine - y * sine, x * sine + y * cosine
    if abs(cosine) > abs(sine):
        width = (right - left - height * abs(sine)) / abs(cosine)
    else:
        width = (top - bottom - height * abs(cosine)) / abs(sine)
    return across - width / 2, along - height / 2, across + width / 2, along + height / 2


def follows(before: Box, box: Box) -> bool:
    """Whether a character stands on the line of the one before it, without a gap as between columns."""
    height = min(before[3] - before[1], box[3] - box[1])
    shared = min(before[3], box[3]) - max(before[1], box[1])
    return shared > 0.4 * height and -height < box[0] - before[2] < height
