"""Writes what train.py learnt as text: a line for each layer, then a line for each of its filters (bias, step, weights
in steps, at most 127 of them)."""

import sys

import torch

import train


def main():
    net = train.Net()
    net.load_state_dict(torch.load(sys.argv[1]))
    net.eval()
    lines = []
    parts = list(net.body)
    for at, part in enumerate(parts):
        if not isinstance(part, torch.nn.Conv2d):
            continue
        weight, bias = part.weight.detach().double(), part.bias.detach().double()
        following = parts[at + 1 : at + 4]
        if following and isinstance(following[0], torch.nn.BatchNorm2d):
            norm = following[0]
            factor = norm.weight.detach().double() / torch.sqrt(norm.running_var.double() + norm.eps)
            weight = weight * factor[:, None, None, None]
            bias = (bias - norm.running_mean.double()) * factor + norm.bias.detach().double()
        pool = [p for p in following if isinstance(p, torch.nn.MaxPool2d)]
        merge = pool[0].kernel_size if pool else (1, 1)
        lines.append(" ".join(str(n) for n in (*weight.shape, *merge)))
        for filter_, bias_ in zip(weight, bias):
            step = filter_.abs().max().item() / 127
            whole = torch.round(filter_.flatten() / step).int().tolist()
            lines.append(" ".join([f"{bias_.item():.6g}", f"{step:.6g}", *map(str, whole)]))
    with open(sys.argv[2], "w") as out:
        out.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
