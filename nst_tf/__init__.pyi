from . import course as course
from .backbone import (
    Network as Network,
    build_feature_extractor as build_feature_extractor,
    load_vgg as load_vgg,
    measure_mean_activations as measure_mean_activations,
)
from .checkpoint import Checkpoints as Checkpoints, read_checkpoint as read_checkpoint
from .colour import (
    luminance as luminance,
    match_colours as match_colours,
    with_luminance as with_luminance,
)
from .config import Config as Config
from .costs import (
    compute_content_cost as compute_content_cost,
    compute_layer_style_cost as compute_layer_style_cost,
    compute_style_cost as compute_style_cost,
    gram_matrix as gram_matrix,
    total_cost as total_cost,
    total_variation_cost as total_variation_cost,
    unroll as unroll,
)
from .course import checks as checks
from .course.studio import studio as studio
from .errors import (
    ClusterError as ClusterError,
    DivergedError as DivergedError,
    FileAccessError as FileAccessError,
    InputError as InputError,
    MissingFileError as MissingFileError,
    NstError as NstError,
    OutOfMemoryError as OutOfMemoryError,
    StartError as StartError,
    UnfinishedError as UnfinishedError,
    WeightsError as WeightsError,
)
from .film import Film as Film, sheet as sheet
from .images import (
    deprocess as deprocess,
    initialise_generated_image as initialise_generated_image,
    preprocess as preprocess,
    resize_image as resize_image,
    to_pil as to_pil,
)
from .objective import (
    Costs as Costs,
    Objective as Objective,
    as_objective as as_objective,
)
from .painting import Painting as Painting
from .pictures.files import (
    sample_image as sample_image,
    sample_images as sample_images,
)
from .pictures.loading import load_image as load_image
from .pictures.saving import save_image as save_image
from .presets import PRESETS as PRESETS
from .process.startup import start_quietly as start_quietly
from .state import Result as Result
from .style_files import StyleFile as StyleFile
from .styles import Style as Style
from .sum_of_terms import SumOfTerms as SumOfTerms, Term as Term
from .terms import make_objective as make_objective
from .training import (
    Record as Record,
    make_train_step as make_train_step,
    minimise as minimise,
)
from .transfer import (
    Transfer as Transfer,
    style_transfer as style_transfer,
)

__version__: str
