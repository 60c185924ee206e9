"""Neural Style Transfer in Keras/TensorFlow, as taught in the notebooks.

    import nst_tf

    content = nst_tf.load_image(nst_tf.sample_image("pagoda"), max_size=256)
    style = nst_tf.load_image(nst_tf.sample_image("village_street_auvers"), max_size=256)
    result = nst_tf.style_transfer(content, style, steps=100)
    nst_tf.save_image(result.image, "painting.png")

The names below are the public API. Each is imported on first use, so that `import nst_tf` is instant.
"""

import importlib

_PUBLIC = {
    "backbone": ("build_feature_extractor", "load_vgg", "measure_mean_activations"),
    "config": ("PRESETS", "Config"),
    "costs": (
        "compute_content_cost",
        "compute_layer_style_cost",
        "compute_style_cost",
        "gram_matrix",
        "total_cost",
        "total_variation_cost",
        "unroll",
    ),
    "errors": (
        "DivergedError",
        "FileAccessError",
        "InputError",
        "MissingFileError",
        "NstError",
        "OutOfMemoryError",
        "WeightsError",
    ),
    "images": (
        "deprocess",
        "initialise_generated_image",
        "load_image",
        "preprocess",
        "resize_image",
        "sample_image",
        "sample_images",
        "save_image",
        "to_pil",
    ),
    "objective": ("Costs", "Objective"),
    "startup": ("start_quietly",),
    "training": ("Record", "make_train_step", "make_value_and_gradient", "minimise"),
    "transfer": ("Result", "Transfer", "style_transfer"),
}
_MODULE_OF = {name: module for module, names in _PUBLIC.items() for name in names}

__version__ = "0.1.0"
__all__ = sorted(_MODULE_OF)


def __getattr__(name):
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'nst_tf' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)


def __dir__():
    return [*globals(), *__all__]
