"""The same as worker.mjs, on Keras with tf.function: worker-keras.py '{"network": ...}', answers on the descriptor 3."""
import json
import os
import resource
import sys
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
asked = json.loads(sys.argv[1])
answers = os.fdopen(3, "w")


def say(value):
    value["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    answers.write(json.dumps(value) + "\n")
    answers.flush()


import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(asked["threads"])
tf.config.threading.set_inter_op_parallelism_threads(asked["threads"])
keras.utils.set_random_seed(0)
name, batch, training = asked["network"], asked["batch"], asked.get("training", False)
size, steps, width = asked.get("size", 224), asked.get("steps", 60), asked.get("width", 1536)
if asked.get("precision") == "bfloat16":
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
opened = time.perf_counter()

if name == "bi-lstm":
    layers = keras.layers
    entry = keras.Input((steps, width))
    features = entry
    for _ in range(2):
        features = layers.Bidirectional(layers.LSTM(256, return_sequences=True))(features)
    x = tf.random.uniform((batch, steps, width))
    shape = (batch, steps, 6)
else:
    kind = {"inception-resnet-v2": "InceptionResNetV2", "resnet-50": "ResNet50"}[name]
    base = getattr(keras.applications, kind)(include_top=False, weights=None, input_shape=(size, size, 3), pooling="avg")
    entry, features = base.input, base.output
    x = tf.random.uniform((batch, size, size, 3))
    shape = (batch, 6)
# The loss is taken of float32 logits, as Keras' guide to mixed precision asks for.
model = keras.Model(entry, keras.layers.Dense(6, dtype="float32")(features))
parameters = sum(int(tf.size(one)) for one in model.trainable_variables)
embed = keras.Model(entry, features)
y = tf.cast(tf.random.uniform(shape) < 0.5, tf.float32)
loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam(1e-4)
optimizer.build(model.trainable_variables)


@tf.function(jit_compile=False)
def train(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


@tf.function(jit_compile=False)
def infer(x):
    return embed(x, training=False)


def step():
    if training:
        return float(train(x, y))
    infer(x).numpy()
    return None


began = time.perf_counter()
loss = step()
ended = time.perf_counter()
say({"first": (ended - began) * 1000, "sinceOpen": (ended - opened) * 1000, "loss": loss, "parameters": parameters,
     "versions": {"TensorFlow of Keras": tf.__version__, "Keras": keras.__version__}})
for line in sys.stdin:
    if line.strip() == "count":
        say({"multiplyAdds": None})
        continue
    times = []
    used = time.process_time()
    for _ in range(int(line)):
        start = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - start) * 1000)
    say({"times": times, "cpu": (time.process_time() - used) * 1000 / int(line), "loss": loss})
