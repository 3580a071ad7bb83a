"""The same as worker.mjs, on PyTorch: worker-torch.py '{"network": ...}', answers on the descriptor 3."""
import json
import os
import resource
import sys
import time

asked = json.loads(sys.argv[1])
answers = os.fdopen(3, "w")


def say(value):
    value["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    answers.write(json.dumps(value) + "\n")
    answers.flush()


import torch  # noqa: E402

# Threads wait as they do by default: nothing of OpenMP's is set.
torch.set_num_threads(asked["threads"])
torch.manual_seed(0)
name, batch, training = asked["network"], asked["batch"], asked.get("training", False)
size, steps, width = asked.get("size", 224), asked.get("steps", 60), asked.get("width", 1536)
half = asked.get("precision") == "bfloat16"
versions = {"PyTorch": torch.__version__}
opened = time.perf_counter()


class Recurrent(torch.nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.rnn = kind(width, 256, num_layers=2, bidirectional=True, batch_first=True)
        self.head = torch.nn.Linear(512, 6)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


def count(model):
    return sum(one.numel() for one in model.parameters())


if name in ("bi-lstm", "bi-gru"):
    model = Recurrent(torch.nn.LSTM if name == "bi-lstm" else torch.nn.GRU)
    parameters = count(model)
    x = torch.rand(batch, steps, width)
    y = (torch.rand(batch, steps, 6) < 0.5).float()
else:
    if name == "inception-resnet-v2":
        import timm

        versions["timm"] = timm.__version__
        model = timm.create_model("inception_resnet_v2", pretrained=False, num_classes=6)
        parameters = count(model)
        if not training:
            model.reset_classifier(0)
    else:
        import torchvision

        versions["torchvision"] = torchvision.__version__
        model = getattr(torchvision.models, name.replace("-", ""))(weights=None, num_classes=6)
        parameters = count(model)
        if not training:
            # The pooled vector, as ours.
            model.fc = torch.nn.Identity()
    model = model.to(memory_format=torch.channels_last)
    x = torch.rand(batch, 3, size, size).contiguous(memory_format=torch.channels_last)
    y = (torch.rand(batch, 6) < 0.5).float()
loss_of = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
model.train(training)


def step():
    if not training:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=half):
            model(x)
        return None
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        loss = loss_of(model(x).float(), y)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


def multiply_adds():
    """Of one item, as PyTorch counts them; it does not count those of recurrent layers."""
    from torch.utils.flop_counter import FlopCounterMode

    was = model.training
    model.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(x[:1])
    model.train(was)
    return counter.get_total_flops() / 2


began = time.perf_counter()
loss = step()
ended = time.perf_counter()
say({"first": (ended - began) * 1000, "sinceOpen": (ended - opened) * 1000, "loss": loss,
     "parameters": parameters, "versions": versions})
for line in sys.stdin:
    if line.strip() == "count":
        say({"multiplyAdds": multiply_adds() if x.dim() == 4 else None})
        continue
    times = []
    used = time.process_time()
    for _ in range(int(line)):
        start = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - start) * 1000)
    say({"times": times, "cpu": (time.process_time() - used) * 1000 / int(line), "loss": loss})
