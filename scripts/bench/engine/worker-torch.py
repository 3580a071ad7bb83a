"""The same as worker.mjs, on PyTorch: python worker-torch.py '{"network": ...}'; N on stdin runs N steps."""
import json
import resource
import sys
import time

asked = json.loads(sys.argv[1])
began = time.perf_counter()
import torch  # noqa: E402

torch.set_num_threads(asked.get("threads", 2))
torch.manual_seed(0)
name, batch, training = asked["network"], asked["batch"], asked.get("training", False)
size, steps, width = asked.get("size", 224), asked.get("steps", 60), asked.get("width", 1536)
half = asked.get("precision") == "bfloat16"


class Recurrent(torch.nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.rnn = kind(width, 256, num_layers=2, bidirectional=True, batch_first=True)
        self.head = torch.nn.Linear(512, 6)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


if name in ("bi-lstm", "bi-gru"):
    model = Recurrent(torch.nn.LSTM if name == "bi-lstm" else torch.nn.GRU)
    x = torch.rand(batch, steps, width)
    y = (torch.rand(batch, steps, 6) < 0.5).float()
else:
    if name == "inception-resnet-v2":
        import timm

        model = timm.create_model("inception_resnet_v2", pretrained=False, num_classes=6)
    else:
        import torchvision

        model = getattr(torchvision.models, name.replace("-", ""))(weights=None, num_classes=6)
    model = model.to(memory_format=torch.channels_last)
    x = torch.rand(batch, 3, size, size).contiguous(memory_format=torch.channels_last)
    y = (torch.rand(batch, 6) < 0.5).float()
loss_of = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
model.train(training)


def step():
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        if not training:
            with torch.no_grad():
                model(x)
            return None
        loss = loss_of(model(x).float(), y)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


def say(value):
    value["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(value), flush=True)


opened = time.perf_counter()
step()
say({"open": (opened - began) * 1000, "first": (time.perf_counter() - opened) * 1000})
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    say({"times": times})
