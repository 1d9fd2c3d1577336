#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

using gatun::active_kernels;
using gatun::check_buffers;
using gatun::Kernels;
using gatun::parallel_split;

extern "C" {

int32_t gatun_add_forward(int64_t elements, const float *a, const float *b, float *dst)
{
    const int32_t status = check_buffers(elements, a, b, dst);
    if (status == GATUN_SUCCESS) {
        const Kernels &kernels = active_kernels();
        parallel_split(elements, [&](int64_t begin, int64_t end) {
            kernels.add(end - begin, a + begin, b + begin, dst + begin);
        });
    }
    return status;
}

int32_t gatun_add_relu_forward(int64_t elements, const float *a, const float *b, float *dst)
{
    const int32_t status = check_buffers(elements, a, b, dst);
    if (status == GATUN_SUCCESS) {
        const Kernels &kernels = active_kernels();
        parallel_split(elements, [&](int64_t begin, int64_t end) {
            kernels.add_relu(end - begin, a + begin, b + begin, dst + begin);
        });
    }
    return status;
}

int32_t gatun_where_forward(int64_t elements, const float *condition, const float *a, const float *b, float *dst)
{
    const int32_t status = check_buffers(elements, condition, a, b, dst);
    if (status == GATUN_SUCCESS) {
        const Kernels &kernels = active_kernels();
        parallel_split(elements, [&](int64_t begin, int64_t end) {
            kernels.where(end - begin, condition + begin, a + begin, b + begin, dst + begin);
        });
    }
    return status;
}

int32_t gatun_relu_backward_sum(int64_t elements, const float *dst, const float *diff_dst_a, const float *diff_dst_b,
                                float *diff_src)
{
    const int32_t status = check_buffers(elements, dst, diff_dst_a, diff_dst_b, diff_src);
    if (status == GATUN_SUCCESS) {
        const Kernels &kernels = active_kernels();
        parallel_split(elements, [&](int64_t begin, int64_t end) {
            kernels.relu_backward_sum(end - begin, dst + begin, diff_dst_a + begin, diff_dst_b + begin,
                                      diff_src + begin);
        });
    }
    return status;
}

int32_t gatun_copy(int64_t elements, const float *src, float *dst)
{
    const int32_t status = check_buffers(elements, src, dst);
    if (status == GATUN_SUCCESS && elements > 0) {
        const Kernels &kernels = active_kernels();
        parallel_split(elements, [&](int64_t begin, int64_t end) {
            kernels.copy(end - begin, src + begin, dst + begin);
        });
    }
    return status;
}

}  // extern "C"
