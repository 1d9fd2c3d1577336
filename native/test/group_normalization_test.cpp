#include <math.h>

#include <vector>

#include "buffers.h"
#include "check.h"
#include "images.h"

constexpr double epsilon = 1e-5;

// All operands of one normalisation.
struct Operands {
    const Images &images;
    int64_t groups;
    Buffer src, dst, scale, shift, mean, variance, diff_dst, diff_src, diff_scale, diff_shift;
    std::vector<double> scratch;

    Operands(const Images &of, int64_t in, float offset = 0.0f, int64_t beside = 0)
        : images(of), groups(in), src(of.elements, beside), dst(of.elements, beside), scale(of.shape.channels),
          shift(of.shape.channels), mean(of.shape.images * in), variance(of.shape.images * in),
          diff_dst(of.elements, beside), diff_src(of.elements, beside), diff_scale(of.shape.channels),
          diff_shift(of.shape.channels), scratch(scratch_doubles())
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

    size_t scratch_doubles() const
    {
        return static_cast<size_t>(gatun_group_normalization_scratch(&images.shape, groups)) / sizeof(double) + 1;
    }

    void forward(bool affine)
    {
        scratch.resize(scratch_doubles());  // grows with the threads
        CHECK_EQUAL(gatun_group_normalization_forward(&images.shape, groups, src.data(), epsilon,
                                                      affine ? scale.data() : nullptr,
                                                      affine ? shift.data() : nullptr, dst.data(), mean.data(),
                                                      variance.data(), scratch.data()),
                    GATUN_SUCCESS);
    }

    void backward(bool affine, float *to)
    {
        scratch.resize(scratch_doubles());
        CHECK_EQUAL(gatun_group_normalization_backward(&images.shape, groups, src.data(), diff_dst.data(), mean.data(),
                                                       variance.data(), epsilon, affine ? scale.data() : nullptr, to,
                                                       affine ? diff_scale.data() : nullptr,
                                                       affine ? diff_shift.data() : nullptr, scratch.data()),
                    GATUN_SUCCESS);
    }

    // Calls body(channel, place) for all values of a group of an image.
    template <typename Body>
    void each_value(int64_t image, int64_t group, const Body &body) const
    {
        const int64_t size = images.shape.channels / groups;
        for (int64_t c = group * size; c < (group + 1) * size; ++c) {
            for (int64_t i = 0; i < images.shape.pixels; ++i) {
                body(c, images.at(c, image * images.shape.pixels + i));
            }
        }
    }

    double count() const
    {
        return static_cast<double>(images.shape.channels / groups * images.shape.pixels);
    }

    double factor_of(bool affine, int64_t c)
    {
        return affine ? static_cast<double>(scale[c]) : 1.0;
    }

    void check_forward(bool affine, double error)
    {
        for (int64_t n = 0; n < images.shape.images; ++n) {
            for (int64_t g = 0; g < groups; ++g) {
                double middle = 0.0, squares = 0.0;
                each_value(n, g, [&](int64_t, int64_t at) { middle += static_cast<double>(src[at]) / count(); });
                each_value(n, g, [&](int64_t, int64_t at) {
                    squares += pow(static_cast<double>(src[at]) - middle, 2.0) / count();
                });
                CHECK_ULPS(mean[n * groups + g], middle, 1);
                CHECK_NEAR(variance[n * groups + g], squares, error * (squares + 1e-9));
                const double root = sqrt(squares + epsilon);
                each_value(n, g, [&](int64_t c, int64_t at) {
                    const double y = (static_cast<double>(src[at]) - middle) * factor_of(affine, c) / root +
                                     (affine ? static_cast<double>(shift[c]) : 0.0);
                    CHECK_NEAR(dst[at], y, error * (2.0 + 2.0 * (1.0 + fabs(middle)) / root));
                });
            }
        }
        CHECK(images.has_clear_padding(dst));
    }

    void check_backward(bool affine, Buffer &result, const std::vector<float> &diff, double error)
    {
        const size_t channels = static_cast<size_t>(images.shape.channels);
        std::vector<double> scales(channels), shifts(channels), of_scales(channels), of_shifts(channels);
        for (int64_t n = 0; n < images.shape.images; ++n) {
            for (int64_t g = 0; g < groups; ++g) {
                const double middle = static_cast<double>(mean[n * groups + g]);
                const double root = sqrt(static_cast<double>(variance[n * groups + g]) + epsilon);
                double sum = 0.0, products = 0.0, of_sum = 0.0, of_products = 0.0;
                each_value(n, g, [&](int64_t c, int64_t at) {
                    const double dy = static_cast<double>(diff[static_cast<size_t>(at)]);
                    const double normal = (static_cast<double>(src[at]) - middle) / root;
                    const size_t channel = static_cast<size_t>(c);
                    scales[channel] += dy * normal;
                    shifts[channel] += dy;
                    of_scales[channel] += fabs(dy * normal);
                    of_shifts[channel] += fabs(dy);
                    sum += dy * factor_of(affine, c) / count();
                    products += dy * factor_of(affine, c) * normal / count();
                    of_sum += fabs(dy * factor_of(affine, c)) / count();
                    of_products += fabs(dy * factor_of(affine, c) * normal) / count();
                });
                each_value(n, g, [&](int64_t c, int64_t at) {
                    const double dy = factor_of(affine, c) * static_cast<double>(diff[static_cast<size_t>(at)]);
                    const double normal = (static_cast<double>(src[at]) - middle) / root;
                    CHECK_NEAR(result[at], (dy - sum - normal * products) / root,
                               error / root * (fabs(dy) + of_sum + fabs(normal) * of_products));
                });
            }
        }
        for (size_t c = 0; affine && c < channels; ++c) {
            CHECK_NEAR(diff_scale[static_cast<int64_t>(c)], scales[c], error * of_scales[c]);
            CHECK_NEAR(diff_shift[static_cast<int64_t>(c)], shifts[c], error * of_shifts[c]);
        }
        CHECK(images.has_clear_padding(result));
    }
};

// One, each channel by itself, and some between.
static std::vector<int64_t> groups_of(const Images &images)
{
    std::vector<int64_t> all = {1, images.shape.channels};
    for (const int64_t groups : {int64_t{2}, int64_t{3}, int64_t{5}}) {
        if (images.shape.channels % groups == 0) {
            all.push_back(groups);
        }
    }
    return all;
}

TEST(a_normalisation_and_its_gradient_are_those_of_their_formulas_in_every_layout)
{
    for (const Images &images : every_layout) {
        for (const int64_t groups : groups_of(images)) {
            for (const bool affine : {false, true}) {
                Operands of(images, groups, 0.25f, affine ? 1 : 0);
                of.forward(affine);
                of.check_forward(affine, 2e-6);
                const std::vector<float> diff = of.diff_dst.copy();
                of.backward(affine, of.diff_src.data());
                of.check_backward(affine, of.diff_src, diff, 2e-6);
                const std::vector<float> apart = of.diff_src.copy();
                of.backward(affine, of.diff_dst.data());  // in the place of the gradient
                CHECK(memcmp(apart.data(), of.diff_dst.data(), apart.size() * sizeof(float)) == 0);
            }
        }
    }
}

TEST(sums_lose_no_digits_in_large_images)
{
    for (const int64_t width : {int64_t{1}, int64_t{8}, int64_t{16}}) {
        const Images images(2, 16, 102400, width);
        Operands of(images, 4, 30.0f);
        of.forward(true);
        of.check_forward(true, 1e-6);
        for (int64_t i = 0; i < images.elements; ++i) {
            of.diff_dst[i] = 1e-5f;
        }
        of.backward(true, of.diff_src.data());
        of.check_backward(true, of.diff_src, of.diff_dst.copy(), 3e-7);
    }
}

TEST(images_beyond_the_caches_are_written_past_them)
{
    const Images images(33, 64, 2001, 64);
    Operands of(images, 8);
    of.forward(true);
    of.check_forward(true, 2e-6);
    of.backward(true, of.diff_src.data());
    of.check_backward(true, of.diff_src, of.diff_dst.copy(), 2e-6);
}

TEST(threads_and_instruction_sets_change_no_bit)
{
    for (const Images &images : every_layout) {
        for (const int64_t groups : groups_of(images)) {
            Operands of(images, groups, 0.25f);
            check_same_bits([&] {
                of.forward(true);
                of.backward(true, of.diff_src.data());
                std::vector<float> all = of.dst.copy();
                for (Buffer *each : {&of.mean, &of.variance, &of.diff_src, &of.diff_scale, &of.diff_shift}) {
                    const std::vector<float> more = each->copy();
                    all.insert(all.end(), more.begin(), more.end());
                }
                return all;
            });
        }
    }
}

TEST(a_nan_stays_in_its_group)
{
    const Images images(3, 20, 33, 8);
    Operands of(images, 4);
    of.src[images.at(11, 40)] = NAN;  // image 1, group 2
    of.forward(true);
    of.backward(true, of.diff_src.data());
    for (int64_t n = 0; n < 3; ++n) {
        for (int64_t g = 0; g < 4; ++g) {
            const bool lost = n == 1 && g == 2;
            CHECK(static_cast<bool>(isnan(of.mean[n * 4 + g])) == lost);
            CHECK(static_cast<bool>(isnan(of.variance[n * 4 + g])) == lost);
            CHECK(static_cast<bool>(isnan(of.dst[images.at(g * 5, n * 33)])) == lost);
            CHECK(static_cast<bool>(isnan(of.diff_src[images.at(g * 5, n * 33)])) == lost);
        }
    }
}

TEST(bad_arguments_are_refused)
{
    float x[4] = {1.0f, 1.0f, 1.0f, 1.0f};
    double scratch[8192];
    const gatun_channels good = {1, 2, 2, 1};
    const gatun_channels bad = {1, 2, 0, 1};
    const auto forward = [&](const gatun_channels *shape, int64_t groups, const float *src, double e, const float *b) {
        return gatun_group_normalization_forward(shape, groups, src, e, x, b, x, x, x, scratch);
    };
    CHECK(gatun_group_normalization_scratch(&good, 1) <= static_cast<int64_t>(sizeof scratch));
    CHECK_EQUAL(gatun_group_normalization_scratch(&bad, 1), -1);
    CHECK_EQUAL(gatun_group_normalization_scratch(&good, 3), -1);
    CHECK_EQUAL(gatun_group_normalization_scratch(&good, 0), -1);
    CHECK_EQUAL(forward(nullptr, 1, x, 0.0, x), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(&bad, 1, x, 0.0, x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(&good, 3, x, 0.0, x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(&good, 1, nullptr, 0.0, x), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(&good, 1, x, 0.0, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(&good, 1, x, -1.0, x), GATUN_INVALID_VALUE);
    const auto backward = [&](double e, float *diff_src, float *diff_shift) {
        return gatun_group_normalization_backward(&good, 1, x, x, x, x, e, x, diff_src, x, diff_shift, scratch);
    };
    CHECK_EQUAL(backward(0.0, nullptr, x), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(0.0, x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(NAN, x, x), GATUN_INVALID_VALUE);
    CHECK(x[0] == 1.0f && x[3] == 1.0f);
}
