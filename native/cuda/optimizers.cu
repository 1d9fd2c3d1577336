// A step of each elementwise rule of the table; see gatun_cuda.h.
#include "cuda/step.h"

#define GATUN_ELEMENTWISE(id, Rule)                                                                               \
    GATUN_KERNEL gatun_cuda_update_##id(GATUN_STEP_PARAMETERS, GATUN_STATE_PARAMETERS, GATUN_OUTPUT_PARAMETERS)   \
    {                                                                                                             \
        const gatun::StepCall<gatun::Rule> call = GATUN_STEP_ARGUMENTS;                                           \
        gatun::step_all(call, gatun::slabs_of(call, state0, state1, state2));                                     \
    }
#include "common/rules.def"
