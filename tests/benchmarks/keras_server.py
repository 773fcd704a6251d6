"""The usual way: Flask around Keras, `predict` and Grad-CAM of one class by `GradientTape` for each upload.

python keras_server.py MODEL.keras PORT
"""

import base64
import sys

import cv2
import numpy as np
import tensorflow as tf
from flask import Flask, jsonify, request

model = tf.keras.models.load_model(sys.argv[1])
convolution = next(layer for layer in reversed(model.layers) if len(layer.output.shape) == 4)
watched = tf.keras.Model(model.inputs, [convolution.output, model.output])
app = Flask(__name__)


@app.post("/predict")
def predict():
    picture = cv2.imdecode(np.frombuffer(request.files["file"].read(), np.uint8), cv2.IMREAD_COLOR)
    image = cv2.resize(picture, model.input.shape[1:3]).astype(np.float32)[None] / 127.5 - 1
    probabilities = tf.nn.softmax(model.predict(image, verbose=0)).numpy()[0]
    with tf.GradientTape() as tape:
        features, logits = watched(image)
        score = logits[:, int(probabilities.argmax())]
    weights = tf.reduce_mean(tape.gradient(score, features), axis=(0, 1, 2))
    heat = tf.nn.relu(features[0] @ weights[:, None])[..., 0].numpy()
    heat = cv2.resize(heat / max(heat.max(), 1e-9), picture.shape[1::-1])
    _, png = cv2.imencode(".png", cv2.applyColorMap(np.uint8(255 * heat), cv2.COLORMAP_JET))
    return jsonify(probabilities=probabilities.tolist(), heat_map=base64.b64encode(png.tobytes()).decode())


app.run(port=int(sys.argv[2]), threaded=True)
