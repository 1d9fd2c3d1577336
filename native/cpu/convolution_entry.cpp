#include <initializer_list>

#include "cpu/kernels.h"
#include "cpu/sum_of_rows.h"
#include "cpu/validate.h"
#include "cpu/winograd.h"

namespace {

using gatun::active_kernels;
using gatun::ConvolutionKernels;
using gatun::Correlation;
using gatun::FilterGradient;
using gatun::WinogradKernels;
using gatun::Workspace;

// What one call computes; a pass does not look at the buffers of another.
struct Call {
    const gatun_convolution &shape;
    int32_t algorithm;
    int64_t out_height;
    int64_t out_width;
    const float *src;
    const float *diff_dst;
    const float *weights;
    const float *bias;
    bool relu;
    float *dst;
    float *diff_src;
    float *diff_weights;
    float *diff_bias;
};

bool fits(int64_t a, int64_t b, int64_t c, int64_t d)
{
    int64_t product = 0;
    return !__builtin_mul_overflow(a, b, &product) && !__builtin_mul_overflow(product, c, &product) &&
           !__builtin_mul_overflow(product, d, &product) && product <= INT64_MAX / 64;
}

int32_t check_shape(const gatun_convolution *c)
{
    if (c == nullptr) {
        return GATUN_NULL_POINTER;
    }
    for (const int64_t count : {c->batch, c->in_channels, c->out_channels, c->height, c->width, c->kernel_height,
                                c->kernel_width, c->stride_height, c->stride_width}) {
        if (count < 1 || count > INT32_MAX) {
            return GATUN_INVALID_SIZE;
        }
    }
    for (const int64_t padding : {c->padding_top, c->padding_left, c->padding_bottom, c->padding_right}) {
        if (padding < 0 || padding > INT32_MAX) {
            return GATUN_INVALID_SIZE;
        }
    }
    const int64_t height = c->height + c->padding_top + c->padding_bottom;
    const int64_t width = c->width + c->padding_left + c->padding_right;
    const bool good = height >= c->kernel_height && width >= c->kernel_width &&
                      fits(c->batch, c->in_channels, height, width) &&
                      fits(c->batch, c->out_channels, height, width) &&
                      fits(c->in_channels, c->out_channels, c->kernel_height, c->kernel_width);
    return good ? GATUN_SUCCESS : GATUN_INVALID_SIZE;
}

bool is_winograd(const gatun_convolution &c)
{
    const bool small = c.padding_top <= 2 && c.padding_left <= 2 && c.padding_bottom <= 2 && c.padding_right <= 2;
    return small && c.kernel_height == 3 && c.kernel_width == 3 && c.stride_height == 1 && c.stride_width == 1;
}

int32_t check(const gatun_convolution *convolution, int32_t algorithm)
{
    if (algorithm != GATUN_CONVOLUTION_WINOGRAD_F2 && algorithm != GATUN_CONVOLUTION_WINOGRAD_F4) {
        return GATUN_INVALID_VALUE;
    }
    const int32_t status = check_shape(convolution);
    return status != GATUN_SUCCESS || is_winograd(*convolution) ? status : GATUN_UNSUPPORTED;
}

Call call_of(const gatun_convolution &c, int32_t algorithm)
{
    const int64_t height = (c.height + c.padding_top + c.padding_bottom - c.kernel_height) / c.stride_height + 1;
    const int64_t width = (c.width + c.padding_left + c.padding_right - c.kernel_width) / c.stride_width + 1;
    return {c, algorithm, height, width, nullptr, nullptr, nullptr, nullptr, false, nullptr, nullptr, nullptr, nullptr};
}

void forward(const Call &call, Workspace &workspace)
{
    const gatun_convolution &c = call.shape;
    const ConvolutionKernels &kernels = active_kernels().convolutions;
    const Correlation correlation = {
        c.batch,
        {call.src, c.height, c.width, c.in_channels, c.padding_top, c.padding_left, nullptr},
        {call.weights, c.out_channels, c.in_channels},
        false,
        {call.dst, call.out_height, call.out_width, c.out_channels, call.bias, call.relu}};
    correlate(kernels, kernels.winograd[call.algorithm], correlation, workspace);
}

// The gradient of the input is a convolution of that of the output, with what of the kernel the padding left over.
void backward_data(const Call &call, Workspace &workspace)
{
    const gatun_convolution &c = call.shape;
    const ConvolutionKernels &kernels = active_kernels().convolutions;
    const Correlation correlation = {c.batch,
                                     {call.diff_dst, call.out_height, call.out_width, c.out_channels,
                                      c.kernel_height - 1 - c.padding_top, c.kernel_width - 1 - c.padding_left,
                                      nullptr},
                                     {call.weights, c.out_channels, c.in_channels},
                                     true,
                                     {call.diff_src, c.height, c.width, c.in_channels, nullptr, false}};
    correlate(kernels, kernels.winograd[call.algorithm], correlation, workspace);
}

void backward_weights(const Call &call, Workspace &workspace)
{
    const gatun_convolution &c = call.shape;
    const ConvolutionKernels &kernels = active_kernels().convolutions;
    const FilterGradient problem = {
        c.batch,
        {call.src, c.height, c.width, c.in_channels, c.padding_top, c.padding_left, nullptr},
        {call.diff_dst, call.out_height, call.out_width, c.out_channels, 0, 0, nullptr},
        call.diff_weights};
    correlate_backward_weights(kernels, kernels.winograd[call.algorithm], problem, workspace);
    if (workspace.counts() || call.diff_bias != nullptr) {
        sum_of_rows(c.batch * call.out_height * call.out_width, c.out_channels, call.diff_dst, call.diff_bias,
                    workspace);
    }
}

using Pass = void (*)(const Call &call, Workspace &workspace);
constexpr Pass passes[] = {forward, backward_data, backward_weights};

int64_t bytes_of(const Call &call, int32_t pass)
{
    Workspace counted;
    passes[pass](call, counted);
    return counted.bytes();
}

int32_t run(const Call &call, int32_t pass, void *memory, int64_t bytes)
{
    if (bytes < bytes_of(call, pass)) {
        return GATUN_INVALID_SIZE;
    }
    Workspace workspace(memory);
    passes[pass](call, workspace);
    return GATUN_SUCCESS;
}

}  // namespace

extern "C" {

int32_t gatun_convolution_workspace(const gatun_convolution *convolution, int32_t algorithm, int32_t pass,
                                    int64_t *bytes)
{
    const int32_t status = check(convolution, algorithm);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (pass < GATUN_CONVOLUTION_FORWARD || pass > GATUN_CONVOLUTION_BACKWARD_WEIGHTS) {
        return GATUN_INVALID_VALUE;
    }
    if (bytes == nullptr) {
        return GATUN_NULL_POINTER;
    }
    *bytes = bytes_of(call_of(*convolution, algorithm), pass);
    return GATUN_SUCCESS;
}

int32_t gatun_convolution_forward(const gatun_convolution *convolution, int32_t algorithm, const float *src,
                                  const float *weights, const float *bias, int32_t relu, float *dst, void *workspace,
                                  int64_t workspace_bytes)
{
    const int32_t status = check(convolution, algorithm);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (src == nullptr || weights == nullptr || dst == nullptr || workspace == nullptr) {
        return GATUN_NULL_POINTER;
    }
    Call call = call_of(*convolution, algorithm);
    call.src = src;
    call.weights = weights;
    call.bias = bias;
    call.relu = relu != 0;
    call.dst = dst;
    return run(call, GATUN_CONVOLUTION_FORWARD, workspace, workspace_bytes);
}

int32_t gatun_convolution_backward_data(const gatun_convolution *convolution, int32_t algorithm, const float *diff_dst,
                                        const float *weights, float *diff_src, void *workspace,
                                        int64_t workspace_bytes)
{
    const int32_t status = check(convolution, algorithm);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (diff_dst == nullptr || weights == nullptr || diff_src == nullptr || workspace == nullptr) {
        return GATUN_NULL_POINTER;
    }
    Call call = call_of(*convolution, algorithm);
    call.diff_dst = diff_dst;
    call.weights = weights;
    call.diff_src = diff_src;
    return run(call, GATUN_CONVOLUTION_BACKWARD_DATA, workspace, workspace_bytes);
}

int32_t gatun_convolution_backward_weights(const gatun_convolution *convolution, int32_t algorithm, const float *src,
                                           const float *diff_dst, float *diff_weights, float *diff_bias,
                                           void *workspace, int64_t workspace_bytes)
{
    const int32_t status = check(convolution, algorithm);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (src == nullptr || diff_dst == nullptr || diff_weights == nullptr || workspace == nullptr) {
        return GATUN_NULL_POINTER;
    }
    Call call = call_of(*convolution, algorithm);
    call.src = src;
    call.diff_dst = diff_dst;
    call.diff_weights = diff_weights;
    call.diff_bias = diff_bias;
    return run(call, GATUN_CONVOLUTION_BACKWARD_WEIGHTS, workspace, workspace_bytes);
}

}  // extern "C"
