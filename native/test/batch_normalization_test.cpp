#include <math.h>

#include <vector>

#include "buffers.h"
#include "check.h"
#include "images.h"

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

constexpr double epsilon = 1e-5;

// All operands of one normalisation.
struct Operands {
    const Images &images;
    Buffer src, dst, scale, shift, mean, variance, diff_dst, diff_src, diff_scale, diff_shift;
    std::vector<double> scratch;

    explicit Operands(const Images &of, float offset = 0.0f, int64_t beside = 0)
        : images(of), src(of.elements, beside), dst(of.elements, beside), scale(of.shape.channels),
          shift(of.shape.channels), mean(of.shape.channels), variance(of.shape.channels),
          diff_dst(of.elements, beside), diff_src(of.elements, beside), diff_scale(of.shape.channels),
          diff_shift(of.shape.channels),
          scratch(static_cast<size_t>(gatun_batch_normalization_scratch(&of.shape)) / sizeof(double) + 1)
    {
        src.fill(1.0f, 3);
        for (int64_t i = 0; i < of.elements; ++i) {
            src[i] += offset;
        }
        diff_dst.fill(1.0f, 5);
        scale.fill(2.0f, 7);
        shift.fill(0.5f, 11);
        of.clear_padding(src);
        of.clear_padding(diff_dst);
    }

    void forward(int32_t relu, const float *addend = nullptr)
    {
        CHECK_EQUAL(gatun_batch_normalization_forward(&images.shape, src.data(), epsilon, scale.data(), shift.data(),
                                                      addend, relu, dst.data(), mean.data(), variance.data(),
                                                      scratch.data()),
                    GATUN_SUCCESS);
    }

    void backward(int32_t relu, int32_t frozen, float *to)
    {
        CHECK_EQUAL(gatun_batch_normalization_backward(&images.shape, src.data(), diff_dst.data(), mean.data(),
                                                       variance.data(), epsilon, scale.data(), shift.data(), relu,
                                                       frozen, to, diff_scale.data(), diff_shift.data(),
                                                       scratch.data()),
                    GATUN_SUCCESS);
    }

    // Errors relative to the sums of absolute values, and to the largest result of a channel.
    void check_forward(int32_t relu, double error, const float *addend = nullptr)
    {
        const double count = static_cast<double>(images.values());
        for (int64_t c = 0; c < images.shape.channels; ++c) {
            double sum = 0.0, squares = 0.0;
            for (int64_t i = 0; i < images.values(); ++i) {
                sum += static_cast<double>(src[images.at(c, i)]);
            }
            for (int64_t i = 0; i < images.values(); ++i) {
                const double x = static_cast<double>(src[images.at(c, i)]) - sum / count;
                squares += x * x;
            }
            CHECK_ULPS(mean[c], sum / count, 1);
            CHECK_NEAR(variance[c], squares / count, error * squares / count);
            const double factor = static_cast<double>(scale[c]) / sqrt(squares / count + epsilon);
            const double worst = error * (2.0 + fabs(factor) * (1.0 + fabs(sum / count)));
            for (int64_t i = 0; i < images.values(); ++i) {
                const double y = (static_cast<double>(src[images.at(c, i)]) - sum / count) * factor +
                                 static_cast<double>(shift[c]) +
                                 (addend == nullptr ? 0.0 : static_cast<double>(addend[images.at(c, i)]));
                CHECK_NEAR(dst[images.at(c, i)], relu != 0 && y < 0.0 ? 0.0 : y, worst);
            }
        }
        CHECK(images.has_clear_padding(dst));
    }

    void check_backward(int32_t relu, int32_t frozen, Buffer &result, const std::vector<float> &diff, double error)
    {
        const double count = static_cast<double>(images.values());
        for (int64_t c = 0; c < images.shape.channels; ++c) {
            const double root = sqrt(static_cast<double>(variance[c]) + epsilon);
            const float factor = static_cast<float>(static_cast<double>(scale[c]) / root);
            const auto normal = [&](int64_t i) {
                return (static_cast<double>(src[images.at(c, i)]) - static_cast<double>(mean[c])) / root;
            };
            const auto passed = [&](int64_t i) {
                const float y = (src[images.at(c, i)] - mean[c]) * factor + shift[c];
                return relu == 0 || y > 0.0f ? static_cast<double>(diff[static_cast<size_t>(images.at(c, i))]) : 0.0;
            };
            double sum = 0.0, products = 0.0, of_sum = 0.0, of_products = 0.0;
            for (int64_t i = 0; i < images.values(); ++i) {
                sum += passed(i);
                products += passed(i) * normal(i);
                of_sum += fabs(passed(i));
                of_products += fabs(passed(i) * normal(i));
            }
            CHECK_NEAR(diff_shift[c], sum, error * of_sum);
            CHECK_NEAR(diff_scale[c], products, error * of_products);
            const double by = static_cast<double>(scale[c]) / root;
            for (int64_t i = 0; i < images.values(); ++i) {
                const double whole = by * (passed(i) - sum / count - normal(i) * products / count);
                const double wanted = frozen != 0 ? by * passed(i) : whole;
                CHECK_NEAR(result[images.at(c, i)], wanted,
                           error * fabs(by) * (fabs(passed(i)) + (of_sum + fabs(normal(i)) * of_products) / count));
            }
        }
        CHECK(images.has_clear_padding(result));
    }
};

TEST(a_normalisation_is_that_of_its_formula_in_every_layout)
{
    for (const Images &images : every_layout) {
        for (int32_t relu = 0; relu < 2; ++relu) {
            Operands of(images, 0.25f, relu);
            of.forward(relu);
            of.check_forward(relu, 2e-6);
        }
    }
}

TEST(statistics_alone_are_those_of_a_normalisation)
{
    for (const Images &images : every_layout) {
        Operands of(images, 0.25f);
        of.forward(0);
        Buffer mean(images.shape.channels), variance(images.shape.channels);
        CHECK_EQUAL(gatun_batch_normalization_forward(&images.shape, of.src.data(), epsilon, nullptr, nullptr, nullptr,
                                                      0, nullptr, mean.data(), variance.data(), of.scratch.data()),
                    GATUN_SUCCESS);
        for (int64_t c = 0; c < images.shape.channels; ++c) {
            CHECK(mean[c] == of.mean[c]);
            CHECK(variance[c] == of.variance[c]);
        }
    }
}

TEST(an_addend_comes_before_the_relu_in_every_layout)
{
    for (const Images &images : every_layout) {
        for (int32_t relu = 0; relu < 2; ++relu) {
            Operands of(images, 0.25f, relu);
            of.forward(relu, of.diff_dst.data());
            of.check_forward(relu, 2e-6, of.diff_dst.data());
            const std::vector<float> apart = of.dst.copy();
            for (int64_t i = 0; i < images.elements; ++i) {
                of.dst[i] = of.diff_dst[i];
            }
            of.forward(relu, of.dst.data());  // in the place of the addend
            CHECK(memcmp(apart.data(), of.dst.data(), apart.size() * sizeof(float)) == 0);
        }
    }
}

TEST(its_gradient_is_that_of_its_formula_in_every_layout)
{
    for (const Images &images : every_layout) {
        for (int32_t choice = 0; choice < 4; ++choice) {
            const int32_t relu = choice % 2;
            const int32_t frozen = choice / 2;
            Operands of(images, 0.25f, frozen);
            of.forward(0);
            const std::vector<float> diff = of.diff_dst.copy();
            of.backward(relu, frozen, of.diff_src.data());
            of.check_backward(relu, frozen, of.diff_src, diff, 2e-6);
            const std::vector<float> apart = of.diff_src.copy();
            of.backward(relu, frozen, of.diff_dst.data());  // in the place of the gradient
            CHECK(memcmp(apart.data(), of.diff_dst.data(), apart.size() * sizeof(float)) == 0);
        }
    }
}

TEST(sums_lose_no_digits_in_large_batches)
{
    const Images large[] = {{64, 16, 409600 / 64, 8}, {4, 16, 102400, 16}, {2, 3, 204800, 1}};
    for (const Images &images : large) {
        Operands of(images, 30.0f);
        of.forward(0);
        of.check_forward(0, 1e-6);
        // As behind a mean over an image: the gradients of a channel are alike.
        for (int64_t c = 0; c < images.shape.channels; ++c) {
            for (int64_t i = 0; i < images.values(); ++i) {
                of.diff_dst[images.at(c, i)] = 1e-5f * static_cast<float>(1 + c);
            }
        }
        of.backward(0, 0, of.diff_src.data());
        of.check_backward(0, 0, of.diff_src, of.diff_dst.copy(), 3e-7);
    }
}

TEST(images_beyond_the_caches_are_written_past_them)
{
    for (const int64_t width : {int64_t{64}, int64_t{8}}) {
        const Images images(33, 64, 2001, width);
        for (int32_t relu = 0; relu < 2; ++relu) {
            Operands of(images, 0.0f, relu * 3);  // on and beside a line
            of.forward(relu);
            of.check_forward(relu, 2e-6);
            of.backward(relu, 0, of.diff_src.data());
            of.check_backward(relu, 0, of.diff_src, of.diff_dst.copy(), 2e-6);
        }
    }
}

TEST(threads_and_instruction_sets_change_no_bit)
{
    for (const Images &images : every_layout) {
        Operands of(images, 0.25f);
        check_same_bits([&] {
            of.forward(1);
            of.backward(1, 0, of.diff_src.data());
            std::vector<float> all = of.dst.copy();
            for (Buffer *each : {&of.mean, &of.variance, &of.diff_src, &of.diff_scale, &of.diff_shift}) {
                const std::vector<float> more = each->copy();
                all.insert(all.end(), more.begin(), more.end());
            }
            return all;
        });
    }
}

TEST(a_nan_stays)
{
    const Images images(3, 20, 33, 8);
    for (int32_t relu = 0; relu < 2; ++relu) {
        Operands of(images);
        of.src[images.at(11, 40)] = NAN;
        of.forward(relu);
        for (int64_t c = 0; c < 20; ++c) {
            CHECK(isnan(of.mean[c]) == (c == 11));
            CHECK(isnan(of.variance[c]) == (c == 11));
            CHECK(isnan(of.dst[images.at(c, 0)]) == (c == 11));
        }
        of.backward(relu, 0, of.diff_src.data());
        for (int64_t c = 0; c < 20; ++c) {
            CHECK(isnan(of.diff_scale[c]) == (c == 11));
            CHECK(isnan(of.diff_src[images.at(c, 5)]) == (c == 11));
        }
    }
    Operands of(images);
    of.forward(0);
    of.diff_dst[images.at(2, 7)] = NAN;
    of.backward(0, 0, of.diff_src.data());
    CHECK(isnan(of.diff_shift[2]) && isnan(of.diff_scale[2]) && isnan(of.diff_src[images.at(2, 0)]));
    CHECK(!isnan(of.diff_shift[3]));
}

TEST(bad_images_are_refused)
{
    float x[4] = {1.0f, 1.0f, 1.0f, 1.0f};
    double scratch[4096];
    const gatun_channels good = {1, 1, 4, 1};
    const auto forward = [&](const gatun_channels *shape, float *src, double e, float *dst, void *memory) {
        return gatun_batch_normalization_forward(shape, src, e, x, x, nullptr, 0, dst, x, x, memory);
    };
    const gatun_channels bad[] = {{0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, 0, 1},
                                  {1, 1, 1, 0}, {-1, 1, 1, 1}, {INT64_MAX / 2, 4, 4, 4}};
    for (const gatun_channels &shape : bad) {
        CHECK_EQUAL(gatun_batch_normalization_scratch(&shape), -1);
        CHECK_EQUAL(forward(&shape, x, 0.0, x, scratch), GATUN_INVALID_SIZE);
    }
    CHECK_EQUAL(gatun_batch_normalization_scratch(nullptr), -1);
    CHECK(gatun_batch_normalization_scratch(&good) <= static_cast<int64_t>(sizeof scratch));
    CHECK_EQUAL(forward(nullptr, x, 0.0, x, scratch), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(&good, nullptr, 0.0, x, scratch), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_batch_normalization_forward(&good, x, 0.0, nullptr, x, nullptr, 0, x, x, x, scratch),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_batch_normalization_forward(&good, x, 0.0, nullptr, nullptr, nullptr, 0, nullptr, nullptr, x,
                                                  scratch),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(&good, x, 0.0, x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(&good, x, -1.0, x, scratch), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(&good, x, NAN, x, scratch), GATUN_INVALID_VALUE);
    const auto backward = [&](double e, float *diff_shift) {
        return gatun_batch_normalization_backward(&good, x, x, x, x, e, x, x, 0, 0, x, x, diff_shift, scratch);
    };
    CHECK_EQUAL(backward(0.0, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(-1.0, x), GATUN_INVALID_VALUE);
    CHECK(x[0] == 1.0f && x[3] == 1.0f);
}
