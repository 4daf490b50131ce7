"""Pictures of one printed line, as the line finder cuts them out of photographs: for training and for measuring.

A strip is `height` pixels high; capital letters are `cap` pixels high and stand in the middle.
"""

import functools
import pathlib
import random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEIGHT, WIDTH, CAP = 32, 384, 20
ROOT = pathlib.Path("/usr/share/fonts")
FONTS = [
    ("opentype/noto/NotoSansCJK-Bold.ttc", 4), ("opentype/noto/NotoSansCJK-Regular.ttc", 4),
    ("truetype/liberation/LiberationSans-Bold.ttf", 3), ("truetype/liberation/LiberationSans-Regular.ttf", 3),
    ("truetype/liberation/LiberationSansNarrow-Bold.ttf", 1), ("truetype/liberation/LiberationMono-Bold.ttf", 1),
    ("truetype/liberation/LiberationMono-Regular.ttf", 1), ("truetype/dejavu/DejaVuSans-Bold.ttf", 2),
    ("truetype/dejavu/DejaVuSans.ttf", 2), ("truetype/dejavu/DejaVuSansCondensed-Bold.ttf", 1),
    ("truetype/dejavu/DejaVuSansMono-Bold.ttf", 1), ("truetype/dejavu/DejaVuSansMono.ttf", 1),
    ("truetype/lato/Lato-Bold.ttf", 1), ("truetype/lato/Lato-Regular.ttf", 1), ("truetype/lato/Lato-Heavy.ttf", 1),
    ("truetype/freefont/FreeSansBold.ttf", 1), ("truetype/freefont/FreeSans.ttf", 1),
    ("truetype/freefont/FreeMonoBold.ttf", 1), ("truetype/noto/NotoSans-Bold.ttf", 2),
    ("truetype/noto/NotoSans-Regular.ttf", 2), ("truetype/noto/NotoSansMono-Bold.ttf", 1),
    ("truetype/wqy/wqy-microhei.ttc", 2), ("truetype/wqy/wqy-zenhei.ttc", 2), ("strokes", 3),
]
FONTS = [(f, w) for f, w in FONTS if f == "strokes" or (ROOT / f).exists()]
HELD_OUT = ["truetype/open-sans/OpenSans-Bold.ttf", "truetype/open-sans/OpenSans-Regular.ttf"]
HAN_FONTS = ["opentype/noto/NotoSansCJK-Bold.ttc", "opentype/noto/NotoSansCJK-Regular.ttc", "truetype/wqy/wqy-microhei.ttc"]
HAN = "样品编号抽检名称日期地点单位人省市区县质监农业局标签备待留已在年月路乡镇批次序受理"
SIZE = 44


@functools.lru_cache(maxsize=None)
def font_of(name):
    font = ImageFont.truetype(str(ROOT / name), SIZE)
    return font, -font.getbbox("H", anchor="ls")[1]


def text_of():
    if random.random() < 0.6:
        digits = "".join(random.choice("0123456789") for _ in range(5))
        letters = "".join(random.choice(ALPHABET[10:]) for _ in range(3))
        head = "SC13" if random.random() < 0.3 else "SC%02d" % random.randrange(100)
        return head + letters + digits + random.choice(ALPHABET)
    return "".join(random.choice(ALPHABET) for _ in range(random.randint(3, 14)))


def draw_strokes(text, spacing):
    """The stroke font of OpenCV, which the label printer uses."""
    thickness = random.randint(2, 6)
    img = np.zeros((110, 60 * len(text) + 80), np.uint8)
    x = 20
    for c in text:
        cv2.putText(img, c, (x, 76), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 255, thickness, cv2.LINE_AA)
        x += int(cv2.getTextSize(c, cv2.FONT_HERSHEY_SIMPLEX, 2.0, thickness)[0][0] * 0.93 + spacing * 40)
    return img[:, : x + 20], 76 - 42 - thickness // 2, 76 + thickness // 2, 20


def draw_font(text, name, spacing):
    font, cap = font_of(name)
    left = 10
    img = Image.new("L", (int(font.getlength(text) + spacing * SIZE * len(text)) + 40, 2 * SIZE + 20))
    pen = ImageDraw.Draw(img)
    base = SIZE + 20
    x = left
    if abs(spacing) < 0.01:
        pen.text((x, base), text, fill=255, font=font, anchor="ls")
    else:
        for c in text:
            pen.text((x, base), c, fill=255, font=font, anchor="ls")
            x += font.getlength(c) + spacing * SIZE
    return np.asarray(img), base - cap, base, left


def with_neighbours(img, top, base):
    """What stands before the number, a rule below it, the next line."""
    cap = base - top
    if random.random() < 0.5:
        before = "".join(random.choice(HAN) for _ in range(random.randint(1, 5))) + random.choice("：: :： ")
        font = ImageFont.truetype(str(ROOT / random.choice(HAN_FONTS)), int(cap * random.uniform(1.2, 1.45)))
        han = Image.new("L", (int(font.getlength(before)) + random.randint(2, 30), img.shape[0]))
        ImageDraw.Draw(han).text((0, base + random.randint(-3, 4)), before, fill=255, font=font, anchor="ls")
        img = np.hstack([np.asarray(han), img])
    if random.random() < 0.15:
        img = np.hstack([img, np.zeros((img.shape[0], 12), np.uint8),
                         (np.random.rand(img.shape[0], random.randint(10, 120)) < 0.5).astype(np.uint8) * 255])
    img = img.copy()
    if random.random() < 0.5:
        y = base + int(cap * random.uniform(0.08, 0.6))
        thick = random.choice([1, 1, 2, 3])
        img[y : y + thick, random.randint(0, img.shape[1] // 2) :] = random.randint(120, 255)
    return img


def place(img, top, base):
    """Cut as the finder does: nearly level, nearly in the middle, nearly the agreed size."""
    cap = base - top
    scale = CAP / cap * random.uniform(0.86, 1.14)
    wide = random.uniform(0.85, 1.15)
    length = img.shape[1] * scale * wide
    if length > WIDTH - 8:
        wide *= (WIDTH - 8) / length
        length = WIDTH - 8
    shear, turn = random.gauss(0, 0.08), random.gauss(0, 0.006)
    x0 = random.uniform(0, max(WIDTH - length, 1))
    y0 = HEIGHT / 2 + random.gauss(0, 0.9) - scale * (top + base) / 2
    flow = np.array([[scale * wide, shear * scale, x0 - shear * scale * (top + base) / 2],
                     [turn * scale * wide, scale, y0 - turn * length / 2]])
    big = 3
    over = np.diag([big, big, 1.0]) @ np.vstack([flow, [0, 0, 1]])
    out = cv2.warpAffine(img, over[:2], (WIDTH * big, HEIGHT * big), flags=cv2.INTER_AREA)
    if random.random() < 0.3:  # a bend
        xs, ys = np.meshgrid(np.arange(WIDTH * big, dtype=np.float32), np.arange(HEIGHT * big, dtype=np.float32))
        bend = random.uniform(-6, 6) * ((xs / (WIDTH * big) - 0.5) ** 2 * 4 - 0.4)
        out = cv2.remap(out, xs, (ys + bend).astype(np.float32), cv2.INTER_LINEAR)
    return out.astype(np.float32) / 255, big


def blurred(out, big, pixels):
    """`pixels`: camera pixels a capital letter had; `big`: oversampling of `out`."""
    unit = CAP * big / pixels  # one camera pixel
    sigma = unit * random.choice([0.35, 0.5, 0.5, 0.7, 1.0, 1.3]) if pixels > 6 else unit * random.uniform(0.3, 0.6)
    sigma = min(sigma, CAP * big * 0.13)
    out = cv2.GaussianBlur(out, (0, 0), max(sigma, 0.5))
    if random.random() < 0.25:
        length = int(min(unit * random.uniform(1, 4), CAP * big * 0.3))
        if length > 1:
            kernel = np.zeros((2 * length + 1,) * 2, np.float32)
            a = random.uniform(0, np.pi)
            end = (int(length + np.cos(a) * length / 2), int(length + np.sin(a) * length / 2))
            begin = (int(length - np.cos(a) * length / 2), int(length - np.sin(a) * length / 2))
            cv2.line(kernel, begin, end, 1.0)
            out = cv2.filter2D(out, -1, kernel / kernel.sum())
    return out


def photographed(out, big):
    pixels = random.choice([random.uniform(4.5, 9), random.uniform(7, 14), random.uniform(10, 26)])
    out = blurred(out, big, pixels)
    small = (max(int(WIDTH * pixels / CAP), 8), max(int(HEIGHT * pixels / CAP), 6))
    out = cv2.resize(out, small, interpolation=cv2.INTER_AREA)
    grey = light(1 - random.uniform(0.75, 1.0) * out)
    grey += np.random.randn(*grey.shape) * random.choice([1, 2, 4, 8, 14, 20])
    grey = np.clip(grey, 0, 255).astype(np.uint8)
    if random.random() < 0.7:
        grey = cv2.imdecode(cv2.imencode(".jpg", grey, [1, random.choice([12, 20, 35, 60, 80, 90])])[1], 0)
    return cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC if random.random() < 0.5 else cv2.INTER_LINEAR)


def light(paper):
    h, w = paper.shape
    xs = np.linspace(-1, 1, w)[None, :]
    level = random.uniform(60, 245) * (1 + random.uniform(-0.25, 0.25) * xs)
    if random.random() < 0.2:  # the edge of a shadow
        level = level * np.where(xs > random.uniform(-1, 1), random.uniform(0.5, 1), 1.0)
    grey = paper * level
    if random.random() < 0.15:  # a glare
        at, wide = random.uniform(-1, 1), random.uniform(0.05, 0.4)
        grey = grey + random.uniform(50, 300) * np.exp(-((xs - at) / wide) ** 2)
    return grey + random.uniform(0, 20)


def normalised(grey):
    """Ink 1, paper 0, by two percentiles of the strip."""
    values = grey.astype(np.float32)
    ink, paper = np.percentile(values, 3), np.percentile(values, 75)
    return np.clip((paper - values) / max(paper - ink, 8), -0.5, 1.5)


def strip(name=None):
    text = text_of()
    name = name or random.choices([f for f, _ in FONTS], [w for _, w in FONTS])[0]
    spacing = 0.0 if random.random() < 0.7 else random.uniform(-0.02, 0.1)
    img, top, base, _ = draw_strokes(text, spacing) if name == "strokes" else draw_font(text, name, spacing)
    img = with_neighbours(img, top, base)
    out, big = place(img, top, base)
    return normalised(photographed(out, big)), text
