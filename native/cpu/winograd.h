// The passes of a 3x3 convolution by Winograd's minimal filtering: how they are cut into pieces that stay in caches.
// Nothing here depends on the number of threads but the size of the workspace.
#ifndef GATUN_CPU_WINOGRAD_H
#define GATUN_CPU_WINOGRAD_H

#include "cpu/convolution.h"
#include "cpu/workspace.h"

namespace gatun {

// An image batch convolved with filters: the forward pass, and, with turned filters, the gradient of the input.
struct Correlation {
    int64_t images;
    Patches source;
    Filters filters;
    bool turned;
    Results results;
};

// Takes what it needs from the workspace, and computes where that has memory.
void correlate(const ConvolutionKernels &kernels, const WinogradKernels &winograd, const Correlation &correlation,
               Workspace &workspace);

// The gradient of the filters (outputs, 3, 3, inputs) from the source and the gradient of the results.
struct FilterGradient {
    int64_t images;
    Patches source;
    Patches gradient;  // (images, height, width, outputs), top and left 0
    float *filters;
};

void correlate_backward_weights(const ConvolutionKernels &kernels, const WinogradKernels &winograd,
                                const FilterGradient &problem, Workspace &workspace);

}  // namespace gatun

#endif
