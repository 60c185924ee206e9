"""Neural Style Transfer in Keras/TensorFlow, as taught in the notebooks.

    import nst_tf

    content = nst_tf.load_image(nst_tf.sample_image("pagoda"), max_size=256)
    style = nst_tf.load_image(nst_tf.sample_image("village_street_auvers"), max_size=256)
    result = nst_tf.style_transfer(content, style, steps=100)
    nst_tf.save_image(result.image, "painting.png")

The public API is listed, for people and for editors, in `__init__.pyi`. Each name is imported on first use, so that
`import nst_tf` is instant.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
