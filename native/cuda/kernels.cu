// Everything that goes into gatun.fatbin, as one program.
#include "cuda/wrappers.cu"
#include "cuda/layerwise.cu"
#include "cuda/norms.cu"
#include "cuda/optimizers.cu"
#include "cuda/optimizers_8bit.cu"
