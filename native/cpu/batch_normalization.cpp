// The running statistics of batch normalisation. A few thousand channels at most: one thread, compiled once.
#include "cpu/validate.h"

extern "C" int32_t gatun_batch_normalization_update_running(int64_t channels, int64_t count, double momentum,
                                                            const float *batch_mean, const float *batch_variance,
                                                            float *running_mean, float *running_variance)
{
    const int32_t status =
        gatun::check_buffers(channels, batch_mean, batch_variance, running_mean, running_variance);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (count < 2) {
        return GATUN_INVALID_SIZE;  // the unbiased variance of one element does not exist
    }
    if (!(momentum >= 0.0 && momentum <= 1.0)) {
        return GATUN_INVALID_VALUE;
    }
    const double keep = 1.0 - momentum;
    const double n = static_cast<double>(count);
    const double unbiased = n / (n - 1.0);
    for (int64_t c = 0; c < channels; ++c) {
        const double variance = static_cast<double>(batch_variance[c]) * unbiased;
        running_mean[c] = static_cast<float>(keep * static_cast<double>(running_mean[c]) +
                                             momentum * static_cast<double>(batch_mean[c]));
        running_variance[c] =
            static_cast<float>(keep * static_cast<double>(running_variance[c]) + momentum * variance);
    }
    return GATUN_SUCCESS;
}
