#include <math.h>

#include <vector>

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

// The mean and the variance of channel group * width + column in two passes, in double.
static void check_statistics(int64_t outer, int64_t groups, int64_t rows, int64_t width, int64_t channels,
                             float offset)
{
    Buffer src(outer * groups * rows * width), mean(channels), variance(channels);
    src.fill(1.0f, 3);
    for (int64_t i = 0; i < outer * groups * rows * width; ++i) {
        src[i] += offset;
    }
    std::vector<double> scratch(
        static_cast<size_t>(gatun_batch_normalization_scratch(outer, groups, width)) / sizeof(double));
    CHECK_EQUAL(gatun_batch_normalization_statistics(outer, groups, rows, width, channels, src.data(), mean.data(),
                                                     variance.data(), scratch.data()),
                GATUN_SUCCESS);
    const double count = static_cast<double>(outer * rows);
    for (int64_t c = 0; c < channels; ++c) {
        const auto at = [&](int64_t n, int64_t row) {
            return static_cast<double>(src[((n * groups + c / width) * rows + row) * width + c % width]);
        };
        double sum = 0.0, squares = 0.0;
        for (int64_t n = 0; n < outer; ++n) {
            for (int64_t row = 0; row < rows; ++row) {
                sum += at(n, row);
            }
        }
        for (int64_t n = 0; n < outer; ++n) {
            for (int64_t row = 0; row < rows; ++row) {
                squares += (at(n, row) - sum / count) * (at(n, row) - sum / count);
            }
        }
        CHECK_ULPS(mean[c], sum / count, 1);
        CHECK(fabs(static_cast<double>(variance[c]) - squares / count) <= 1e-6 * squares / count);
    }
}

TEST(statistics_lose_no_digits_in_large_batches)
{
    check_statistics(1, 1, 1, 1, 1, 0.0f);
    check_statistics(3, 1, 5, 17, 17, 0.0f);
    check_statistics(2, 3, 7, 8, 20, 10.0f);
    check_statistics(40, 1, 33, 64, 64, 100.0f);
    check_statistics(64, 2, 400000 / 64, 8, 16, 30.0f);
}

TEST(statistics_of_nothing_are_refused)
{
    const float x = 1.0f;
    float mean = 7.0f, variance = 7.0f;
    double scratch[64];
    const auto call = gatun_batch_normalization_statistics;
    CHECK_EQUAL(call(0, 1, 1, 1, 1, &x, &mean, &variance, scratch), GATUN_INVALID_SIZE);
    CHECK_EQUAL(call(1, 1, 0, 1, 1, &x, &mean, &variance, scratch), GATUN_INVALID_SIZE);
    CHECK_EQUAL(call(1, 1, 1, 1, 2, &x, &mean, &variance, scratch), GATUN_INVALID_SIZE);
    CHECK_EQUAL(call(1, 2, 1, 1, 1, &x, &mean, &variance, scratch), GATUN_INVALID_SIZE);
    CHECK_EQUAL(call(1, 1, 1, 1, 1, nullptr, &mean, &variance, scratch), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(1, 1, 1, 1, 1, &x, &mean, &variance, nullptr), GATUN_NULL_POINTER);
    CHECK(mean == 7.0f && variance == 7.0f);
    CHECK_EQUAL(gatun_batch_normalization_scratch(-1, 1, 1), -1);
}
