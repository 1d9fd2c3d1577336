#include "buffers.h"
#include "check.h"

TEST(the_running_variance_takes_the_unbiased_one)
{
    // The batch {1, 2, 4}: mean 7/3, biased variance 14/9, unbiased 7/3.
    const float mean = 7.0f / 3.0f;
    const float variance = 14.0f / 9.0f;
    Buffer running_mean(1), running_variance(1);
    running_mean[0] = 0.0f;
    running_variance[0] = 1.0f;
    CHECK_EQUAL(gatun_batch_normalization_update_running(1, 3, 0.1, &mean, &variance, running_mean.data(),
                                                         running_variance.data()),
                GATUN_SUCCESS);
    CHECK_ULPS(running_mean[0], 0.7 / 3.0, 1);
    CHECK_ULPS(running_variance[0], 0.9 + 0.7 / 3.0, 1);
}

TEST(momentum_runs_from_nothing_to_everything)
{
    for (const int64_t channels : {int64_t{0}, int64_t{1}, int64_t{17}, int64_t{513}}) {
        Buffer mean(channels, 1), variance(channels, 1), running_mean(channels, 1), running_variance(channels, 1);
        mean.fill(1.0f, 1);
        variance.fill_constant(2.0f);
        running_mean.fill_constant(5.0f);
        running_variance.fill_constant(6.0f);
        for (const double momentum : {0.0, 1.0}) {
            CHECK_EQUAL(gatun_batch_normalization_update_running(channels, 2, momentum, mean.data(), variance.data(),
                                                                 running_mean.data(), running_variance.data()),
                        GATUN_SUCCESS);
            for (int64_t c = 0; c < channels; ++c) {
                CHECK(running_mean[c] == (momentum == 0.0 ? 5.0f : mean[c]));
                CHECK(running_variance[c] == (momentum == 0.0 ? 6.0f : 4.0f));
            }
        }
    }
}

TEST(bad_arguments_are_refused)
{
    const float x = 1.0f;
    float mean = 7.0f, variance = 7.0f;
    const auto call = gatun_batch_normalization_update_running;
    CHECK_EQUAL(call(-1, 2, 0.1, &x, &x, &mean, &variance), GATUN_INVALID_SIZE);
    CHECK_EQUAL(call(1, 1, 0.1, &x, &x, &mean, &variance), GATUN_INVALID_SIZE);
    CHECK_EQUAL(call(1, 2, -0.1, &x, &x, &mean, &variance), GATUN_INVALID_VALUE);
    CHECK_EQUAL(call(1, 2, 1.1, &x, &x, &mean, &variance), GATUN_INVALID_VALUE);
    CHECK_EQUAL(call(1, 2, NAN, &x, &x, &mean, &variance), GATUN_INVALID_VALUE);
    CHECK_EQUAL(call(1, 2, 0.1, nullptr, &x, &mean, &variance), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(1, 2, 0.1, &x, nullptr, &mean, &variance), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(1, 2, 0.1, &x, &x, nullptr, &variance), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(1, 2, 0.1, &x, &x, &mean, nullptr), GATUN_NULL_POINTER);
    CHECK(mean == 7.0f && variance == 7.0f);
}
