"""Trains the recogniser of one printed line, for as many minutes as it is told, and saves it as net.pt.

    python3 train.py 32 && python3 export.py net.pt ../data/recogniser.txt

Needs Debian's python3-torch, python3-pil, python3-opencv and the fonts that strips.py names (fonts-noto-cjk,
fonts-noto-core, fonts-liberation, fonts-dejavu, fonts-lato, fonts-freefont-ttf, fonts-wqy-microhei, fonts-wqy-zenhei,
fonts-open-sans). Building and testing need none of them. What was kept came from 2,200 steps in 32 minutes on one core;
another run gives other weights, which the tests of the folder have to confirm.
"""

import multiprocessing
import sys
import time

import numpy as np
import torch

import strips

SLOTS, LETTERS = 24576, 16


class Net(torch.nn.Module):
    """Columns of a strip to scores of 36 characters and of "nothing", one column for every two pixels."""

    def __init__(self):
        super().__init__()
        conv, norm = torch.nn.Conv2d, torch.nn.BatchNorm2d
        self.body = torch.nn.Sequential(
            conv(1, 8, 3, padding=1), norm(8), torch.nn.ReLU(), torch.nn.MaxPool2d((2, 2)),
            conv(8, 16, 3, padding=1), norm(16), torch.nn.ReLU(), torch.nn.MaxPool2d((2, 1)),
            conv(16, 32, 3, padding=1), norm(32), torch.nn.ReLU(), torch.nn.MaxPool2d((2, 1)),
            conv(32, 64, (4, 7), padding=(0, 3)), norm(64), torch.nn.ReLU(),
            conv(64, 37, 1))

    def forward(self, x):
        return self.body(x)[:, :, 0, :]


def produce(pictures, texts, made, seed):
    import cv2
    import random
    cv2.setNumThreads(1)
    random.seed(seed)
    np.random.seed(seed)
    while True:
        picture, text = strips.strip()
        at = made.value % SLOTS
        pictures[at] = torch.from_numpy((picture * 100 + 60).astype(np.uint8))
        row = torch.zeros(LETTERS, dtype=torch.uint8)
        row[: len(text)] = torch.tensor([strips.ALPHABET.index(c) + 1 for c in text], dtype=torch.uint8)
        texts[at] = row
        made.value += 1


def evaluate(net, font, count=300):
    import random
    random.seed(5)
    np.random.seed(5)
    net.eval()
    good = 0
    for _ in range(count):
        picture, text = strips.strip(font)
        with torch.no_grad():
            best = net(torch.from_numpy(picture)[None, None])[0].argmax(0).tolist()
        read = [c for i, c in enumerate(best) if c and (i == 0 or best[i - 1] != c)]
        good += "".join(strips.ALPHABET[c - 1] for c in read) == text
    net.train()
    return good / count


def main():
    minutes = float(sys.argv[1])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    pictures = torch.zeros((SLOTS, strips.HEIGHT, strips.WIDTH), dtype=torch.uint8).share_memory_()
    texts = torch.zeros((SLOTS, LETTERS), dtype=torch.uint8).share_memory_()
    made = multiprocessing.Value("q", 0)
    maker = multiprocessing.Process(target=produce, args=(pictures, texts, made, 11), daemon=True)
    maker.start()
    net = Net()
    rate = 3e-3
    optimiser = torch.optim.Adam(net.parameters(), lr=rate)
    loss_of = torch.nn.CTCLoss(zero_infinity=True)
    start, step, mean = time.time(), 0, 0.0
    while made.value < 600:
        time.sleep(0.5)
    while (used := (time.time() - start) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, step / 50 + 0.05) * max(0.02, 0.5 * (1 + np.cos(np.pi * used)))
        at = torch.randint(0, min(made.value, SLOTS), (48,))
        x = (pictures[at].float() - 60) / 100
        target = texts[at].long()
        scores = net(x[:, None]).log_softmax(1).permute(2, 0, 1)
        lengths = (target > 0).sum(1)
        loss = loss_of(scores, target, torch.full((48,), scores.shape[0]), lengths)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        mean = loss.item() if step == 0 else 0.98 * mean + 0.02 * loss.item()
        step += 1
        if step % 100 == 0:
            print(step, round(time.time() - start), made.value, round(mean, 3), flush=True)
            torch.save(net.state_dict(), "net.pt")
    torch.save(net.state_dict(), "net.pt")
    print("mixed", evaluate(net, None), "held out", [evaluate(net, f) for f in strips.HELD_OUT], flush=True)


if __name__ == "__main__":
    main()
