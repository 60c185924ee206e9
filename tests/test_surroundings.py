import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import InputError
from nst_tf.process.surroundings import check_surroundings

PICTURE = np.full((1, 32, 32, 3), 0.5, np.float32)


def brightness(image):
    return tf.reduce_mean(image)


CALLS = {
    "load_vgg": lambda: nst_tf.load_vgg(),
    "Transfer": lambda: nst_tf.Transfer(PICTURE, PICTURE),
    "style_transfer": lambda: nst_tf.style_transfer(PICTURE, PICTURE, steps=2),
    "minimise": lambda: next(nst_tf.minimise(brightness, PICTURE)),
}
SCOPES = {
    "building a graph here.*outside of tf.Graph": lambda: tf.Graph().as_default(),
    "outside of the scope of MirroredStrategy": lambda: tf.distribute.MirroredStrategy(["CPU:0"]).scope(),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("sentence", SCOPES)
def test_a_scope_of_the_users_gets_a_sentence(sentence, call):
    with SCOPES[sentence](), pytest.raises(InputError, match=sentence):
        CALLS[call]()


def test_a_train_step_in_the_scope_of_a_strategy(vgg):
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope(), pytest.raises(InputError, match="MirroredStrategy"):
        nst_tf.make_train_step(brightness, tf.keras.optimizers.SGD())(tf.Variable(PICTURE))


def test_elsewhere_all_is_well():
    with tf.device("CPU:0"), tf.GradientTape():
        check_surroundings()


FORK = """
import os, sys
import nst_tf
nst_tf.start_quietly()
import numpy as np, tensorflow as tf
picture = np.full((1, 32, 32, 3), 0.5, np.float32)
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
objective = nst_tf.as_objective(lambda image: tf.reduce_mean(image))
for call in (lambda: nst_tf.style_transfer(picture, picture), lambda: objective(picture),
             lambda: objective.value_and_gradient(picture), nst_tf.load_vgg):
    try:
        call()
    except nst_tf.InputError as error:
        assert 'multiprocessing.get_context("spawn")' in str(error)
        print("refused")
"""


@pytest.mark.skipif(not hasattr(subprocess.os, "fork"), reason="there is no fork on Windows")
def test_a_forked_process_is_refused_and_does_not_hang(tmp_path):
    done = subprocess.run([sys.executable, "-c", FORK], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"refused\n" * 4), done.stderr


SPAWN = """
import multiprocessing
import nst_tf
def brightness(_):
    import tensorflow as tf
    return float(nst_tf.as_objective(tf.reduce_mean)(tf.fill((1, 32, 32, 3), 0.5)).J)
if __name__ == "__main__":
    nst_tf.start_quietly()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(brightness, [0]))
"""


def test_a_spawned_one_is_fine(tmp_path):
    (tmp_path / "program.py").write_text(SPAWN)
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.stdout == b"[0.5]\n", done.stderr
