#include "buffers.h"
#include "check.h"

#include <algorithm>

namespace {

gatun_convolution convolution(int64_t batch, int64_t in, int64_t out, int64_t height, int64_t width, int64_t padding)
{
    return {batch, in, out, height, width, 3, 3, 1, 1, padding, padding, padding, padding};
}

int64_t out_height(const gatun_convolution &c)
{
    return (c.height + c.padding_top + c.padding_bottom - c.kernel_height) / c.stride_height + 1;
}

int64_t out_width(const gatun_convolution &c)
{
    return (c.width + c.padding_left + c.padding_right - c.kernel_width) / c.stride_width + 1;
}

int64_t src_elements(const gatun_convolution &c)
{
    return c.batch * c.height * c.width * c.in_channels;
}

int64_t dst_elements(const gatun_convolution &c)
{
    return c.batch * out_height(c) * out_width(c) * c.out_channels;
}

int64_t weight_elements(const gatun_convolution &c)
{
    return c.out_channels * c.kernel_height * c.kernel_width * c.in_channels;
}

// Calls visit(element of src, of weights, of dst) for every product that the convolution sums.
template <typename Visit>
void for_every_product(const gatun_convolution &c, const Visit &visit)
{
    for (int64_t n = 0; n < c.batch; ++n) {
        for (int64_t y = 0; y < out_height(c); ++y) {
            for (int64_t x = 0; x < out_width(c); ++x) {
                for (int64_t r = 0; r < c.kernel_height; ++r) {
                    for (int64_t s = 0; s < c.kernel_width; ++s) {
                        const int64_t row = y * c.stride_height + r - c.padding_top;
                        const int64_t column = x * c.stride_width + s - c.padding_left;
                        if (row < 0 || row >= c.height || column < 0 || column >= c.width) {
                            continue;
                        }
                        const int64_t src = ((n * c.height + row) * c.width + column) * c.in_channels;
                        const int64_t dst = ((n * out_height(c) + y) * out_width(c) + x) * c.out_channels;
                        for (int64_t o = 0; o < c.out_channels; ++o) {
                            const int64_t weight = ((o * c.kernel_height + r) * c.kernel_width + s) * c.in_channels;
                            for (int64_t i = 0; i < c.in_channels; ++i) {
                                visit(src + i, weight + i, dst + o);
                            }
                        }
                    }
                }
            }
        }
    }
}

// A workspace that is exactly as large as was asked for, with guards.
Buffer workspace(const gatun_convolution &c, int32_t algorithm, int32_t pass)
{
    int64_t bytes = 0;
    CHECK_EQUAL(gatun_convolution_workspace(&c, algorithm, pass, &bytes), GATUN_SUCCESS);
    CHECK(bytes > 0 && bytes % 4 == 0);
    return Buffer(bytes / 4, 3);
}

struct Tensors {
    Buffer src, weights, bias, dst;

    explicit Tensors(const gatun_convolution &c)
        : src(src_elements(c), 1), weights(weight_elements(c), 7), bias(c.out_channels, 1), dst(dst_elements(c), 1)
    {
        src.fill(1.0f, 1);
        weights.fill(1.0f, 2);
        bias.fill(1.0f, 3);
        dst.fill(1.0f, 4);
    }
};

std::vector<float> forward(const gatun_convolution &c, int32_t algorithm, Tensors &t, const float *bias, int32_t relu)
{
    Buffer scratch = workspace(c, algorithm, GATUN_CONVOLUTION_FORWARD);
    Buffer dst(dst_elements(c), 1);
    dst.fill_constant(NAN);
    scratch.fill_constant(NAN);
    CHECK_EQUAL(gatun_convolution_forward(&c, algorithm, t.src.data(), t.weights.data(), bias, relu, dst.data(),
                                          scratch.data(), scratch.size() * 4), GATUN_SUCCESS);
    return dst.copy();
}

std::vector<float> backward_data(const gatun_convolution &c, int32_t algorithm, Tensors &t)
{
    Buffer scratch = workspace(c, algorithm, GATUN_CONVOLUTION_BACKWARD_DATA);
    Buffer diff_src(src_elements(c), 1);
    diff_src.fill_constant(NAN);
    scratch.fill_constant(NAN);
    CHECK_EQUAL(gatun_convolution_backward_data(&c, algorithm, t.dst.data(), t.weights.data(), diff_src.data(),
                                                scratch.data(), scratch.size() * 4), GATUN_SUCCESS);
    return diff_src.copy();
}

// The gradient of the weights, and that of the bias behind it.
std::vector<float> backward_weights(const gatun_convolution &c, int32_t algorithm, Tensors &t)
{
    Buffer scratch = workspace(c, algorithm, GATUN_CONVOLUTION_BACKWARD_WEIGHTS);
    Buffer diff_weights(weight_elements(c), 1), diff_bias(c.out_channels, 1);
    diff_weights.fill_constant(NAN);
    diff_bias.fill_constant(NAN);
    scratch.fill_constant(NAN);
    CHECK_EQUAL(gatun_convolution_backward_weights(&c, algorithm, t.src.data(), t.dst.data(), diff_weights.data(),
                                                   diff_bias.data(), scratch.data(), scratch.size() * 4),
                GATUN_SUCCESS);
    std::vector<float> all = diff_weights.copy();
    const std::vector<float> bias = diff_bias.copy();
    all.insert(all.end(), bias.begin(), bias.end());
    return all;
}

// The root of the mean squared error and the largest error, both relative to the root mean square of what is expected.
void check_error(const std::vector<float> &actual, const std::vector<double> &expected, double mean, double most)
{
    CHECK_EQUAL(static_cast<int64_t>(actual.size()), static_cast<int64_t>(expected.size()));
    double squares = 0.0, errors = 0.0, largest = 0.0;
    for (size_t i = 0; i < expected.size(); ++i) {
        const double error = static_cast<double>(actual[i]) - expected[i];
        squares += expected[i] * expected[i];
        errors += error * error;
        largest = std::max(largest, std::isnan(error) ? INFINITY : fabs(error));
    }
    const double scale = sqrt(squares / static_cast<double>(expected.size()));
    CHECK_NEAR(sqrt(errors / static_cast<double>(expected.size())), 0.0, mean * scale);
    CHECK_NEAR(largest, 0.0, most * scale);
}

// Forward, gradient of the input, gradients of weights and bias, from sums in double.
struct Expected {
    std::vector<double> dst, diff_src, diff_weights;

    Expected(const gatun_convolution &c, Tensors &t)
        : dst(static_cast<size_t>(dst_elements(c))), diff_src(static_cast<size_t>(src_elements(c))),
          diff_weights(static_cast<size_t>(weight_elements(c) + c.out_channels))
    {
        const float *src = t.src.data(), *weights = t.weights.data(), *diff_dst = t.dst.data();
        for_every_product(c, [&](int64_t s, int64_t w, int64_t d) {
            dst[static_cast<size_t>(d)] += static_cast<double>(src[s]) * static_cast<double>(weights[w]);
            diff_src[static_cast<size_t>(s)] += static_cast<double>(diff_dst[d]) * static_cast<double>(weights[w]);
            diff_weights[static_cast<size_t>(w)] += static_cast<double>(diff_dst[d]) * static_cast<double>(src[s]);
        });
        for (int64_t d = 0; d < dst_elements(c); ++d) {
            diff_weights[static_cast<size_t>(weight_elements(c) + d % c.out_channels)] +=
                static_cast<double>(diff_dst[d]);
        }
    }

    std::vector<double> with_bias(Tensors &t, bool relu) const
    {
        std::vector<double> all = dst;
        for (size_t d = 0; d < all.size(); ++d) {
            all[d] += static_cast<double>(t.bias[static_cast<int64_t>(d) % t.bias.size()]);
            all[d] = relu ? std::max(0.0, all[d]) : all[d];
        }
        return all;
    }
};

// Channels around vectors and panels of every instruction set, images from one pixel on, more tiles than a block and a
// superblock, and all ways to cut the work.
std::vector<gatun_convolution> shapes()
{
    std::vector<gatun_convolution> all = {
        convolution(1, 1, 1, 1, 1, 1),    convolution(1, 3, 17, 4, 4, 1),   convolution(2, 17, 3, 5, 7, 1),
        convolution(1, 65, 33, 6, 9, 1),  convolution(3, 16, 16, 8, 8, 1),  convolution(1, 33, 65, 33, 33, 1),
        convolution(9, 32, 48, 15, 16, 1), convolution(2, 130, 70, 7, 7, 1), convolution(1, 160, 200, 4, 4, 1),
        convolution(1, 8, 20, 3, 3, 0),   convolution(2, 20, 8, 10, 11, 0), convolution(1, 5, 6, 6, 5, 2),
        convolution(40, 70, 65, 9, 14, 1), convolution(1, 2, 2, 31, 1, 1),
    };
    gatun_convolution uneven = convolution(2, 18, 19, 7, 8, 1);
    uneven.padding_top = 0;
    uneven.padding_left = 2;
    uneven.padding_bottom = 1;
    uneven.padding_right = 0;
    all.push_back(uneven);
    return all;
}

// Root mean square and largest relative errors, of F2 and F4.
constexpr double means[] = {2e-6, 5e-6};
constexpr double largest[] = {1e-5, 4e-5};

}  // namespace

// Behind a mean over an image all gradients of a channel are alike, and plain sums in f32 drift.
TEST(the_gradient_of_the_bias_has_all_digits_of_f32)
{
    gatun_convolution c = {};
    c.batch = 4;
    c.in_channels = c.out_channels = 8;
    c.height = c.width = 320;
    c.kernel_height = c.kernel_width = 3;
    c.stride_height = c.stride_width = 1;
    c.padding_top = c.padding_left = c.padding_bottom = c.padding_right = 1;
    Tensors t(c);
    for (int64_t i = 0; i < t.dst.size(); ++i) {
        t.dst[i] = i % 8 == 0 ? 0.1f : 0.1f * t.dst[i] + 0.3f;
    }
    const std::vector<float> all = backward_weights(c, 1, t);
    for (int64_t o = 0; o < 8; ++o) {
        double sum = 0.0;
        for (int64_t i = o; i < t.dst.size(); i += 8) {
            sum += static_cast<double>(t.dst[i]);
        }
        CHECK_NEAR(static_cast<double>(all[static_cast<size_t>(weight_elements(c) + o)]), sum, 1e-7 * fabs(sum));
    }
}

TEST(every_pass_gives_the_sums_on_every_instruction_set_and_any_number_of_threads)
{
    for (const gatun_convolution &c : shapes()) {
        Tensors t(c);
        const Expected expected(c, t);
        for (const int32_t algorithm : {GATUN_CONVOLUTION_WINOGRAD_F2, GATUN_CONVOLUTION_WINOGRAD_F4}) {
            const double mean = means[algorithm], most = largest[algorithm];
            const int32_t best = gatun_get_isa();
            for (int32_t isa = GATUN_ISA_PLAIN; isa <= best; ++isa) {
                CHECK_EQUAL(gatun_set_isa(isa), GATUN_SUCCESS);
                std::vector<float> results[4][3];
                for (int32_t threads = 1; threads <= 3; ++threads) {
                    CHECK_EQUAL(gatun_set_threads(threads), GATUN_SUCCESS);
                    results[0][threads - 1] = forward(c, algorithm, t, nullptr, 0);
                    results[1][threads - 1] = forward(c, algorithm, t, t.bias.data(), 1);
                    results[2][threads - 1] = backward_data(c, algorithm, t);
                    results[3][threads - 1] = backward_weights(c, algorithm, t);
                }
                for (const auto &result : results) {
                    for (const int other : {1, 2}) {
                        CHECK(memcmp(result[0].data(), result[other].data(), result[0].size() * sizeof(float)) == 0);
                    }
                }
                check_error(results[0][0], expected.dst, mean, most);
                check_error(results[1][0], expected.with_bias(t, true), mean, most);
                check_error(results[2][0], expected.diff_src, mean, most);
                check_error(results[3][0], expected.diff_weights, mean, most);
            }
            CHECK_EQUAL(gatun_set_isa(best), GATUN_SUCCESS);
        }
    }
    CHECK_EQUAL(gatun_set_threads(1), GATUN_SUCCESS);
}

// A weight of one tap alone, and images of small whole numbers: F2 makes no rounding error at all.
TEST(a_shift_is_exact)
{
    gatun_convolution c = convolution(1, 1, 1, 6, 5, 1);
    Tensors t(c);
    for (int64_t tap = 0; tap < 9; ++tap) {
        for (int64_t i = 0; i < 30; ++i) {
            t.src[i] = static_cast<float>(i + 1);
        }
        t.weights.fill_constant(0.0f);
        t.weights[tap] = 1.0f;
        const std::vector<float> dst = forward(c, GATUN_CONVOLUTION_WINOGRAD_F2, t, nullptr, 0);
        const Expected expected(c, t);
        for (size_t i = 0; i < dst.size(); ++i) {
            CHECK_EQUAL(static_cast<int64_t>(dst[i]), static_cast<int64_t>(expected.dst[i]));
        }
    }
}

TEST(nothing_that_is_not_finite_becomes_so)
{
    const gatun_convolution c = convolution(1, 18, 17, 9, 10, 1);
    for (const int32_t algorithm : {GATUN_CONVOLUTION_WINOGRAD_F2, GATUN_CONVOLUTION_WINOGRAD_F4}) {
        for (const float bad : {INFINITY, -INFINITY, NAN}) {
            for (const int64_t at : {0, 3, 17, 18 * 45 + 2, 18 * 90 - 1}) {
                Tensors t(c);
                // The gradient has fewer channels: the same pixel and channel 2 of it.
                const int64_t pixel = at / 18;
                t.src[at] = bad;
                t.dst[pixel * 17 + 2] = bad;
                const Expected expected(c, t);
                const auto check = [&](const std::vector<float> &actual, const std::vector<double> &wanted) {
                    for (size_t i = 0; i < wanted.size(); ++i) {
                        CHECK(std::isfinite(wanted[i]) || !std::isfinite(actual[i]));
                    }
                };
                check(forward(c, algorithm, t, nullptr, 0), expected.dst);
                check(backward_data(c, algorithm, t), expected.diff_src);
                check(backward_weights(c, algorithm, t), expected.diff_weights);
            }
        }
        Tensors t(c);
        t.src.fill_constant(NAN);
        for (const float y : forward(c, algorithm, t, t.bias.data(), 1)) {
            CHECK(std::isnan(y));  // ReLU keeps it
        }
    }
}

TEST(bad_arguments_are_refused)
{
    gatun_convolution c = convolution(1, 4, 4, 5, 5, 1);
    Tensors t(c);
    const int32_t f4 = GATUN_CONVOLUTION_WINOGRAD_F4;
    const auto bytes_of = [&](const gatun_convolution *shape, int32_t algorithm, int32_t pass) {
        int64_t bytes = -1;
        const int32_t status = gatun_convolution_workspace(shape, algorithm, pass, &bytes);
        CHECK_EQUAL(bytes > 0, status == GATUN_SUCCESS);
        return status;
    };
    CHECK_EQUAL(bytes_of(nullptr, f4, 0), GATUN_NULL_POINTER);
    CHECK_EQUAL(bytes_of(&c, -1, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(bytes_of(&c, 2, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(bytes_of(&c, f4, -1), GATUN_INVALID_VALUE);
    CHECK_EQUAL(bytes_of(&c, f4, 3), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_convolution_workspace(&c, f4, 0, nullptr), GATUN_NULL_POINTER);
    for (int64_t gatun_convolution::*count :
         {&gatun_convolution::batch, &gatun_convolution::in_channels, &gatun_convolution::out_channels,
          &gatun_convolution::height, &gatun_convolution::width, &gatun_convolution::kernel_height,
          &gatun_convolution::kernel_width, &gatun_convolution::stride_height, &gatun_convolution::stride_width}) {
        gatun_convolution wrong = c;
        wrong.*count = 0;
        CHECK_EQUAL(bytes_of(&wrong, f4, 0), GATUN_INVALID_SIZE);
        wrong.*count = INT64_MAX;
        CHECK_EQUAL(bytes_of(&wrong, f4, 0), GATUN_INVALID_SIZE);
    }
    gatun_convolution wrong = c;
    wrong.padding_left = -1;
    CHECK_EQUAL(bytes_of(&wrong, f4, 0), GATUN_INVALID_SIZE);
    wrong = convolution(1, 4, 4, 2, 2, 0);  // smaller than the kernel
    CHECK_EQUAL(bytes_of(&wrong, f4, 0), GATUN_INVALID_SIZE);
    wrong = convolution(INT32_MAX, INT32_MAX, 4, INT32_MAX, INT32_MAX, 1);
    CHECK_EQUAL(bytes_of(&wrong, f4, 0), GATUN_INVALID_SIZE);
    for (int64_t gatun_convolution::*count :
         {&gatun_convolution::kernel_height, &gatun_convolution::kernel_width, &gatun_convolution::stride_height,
          &gatun_convolution::stride_width}) {
        wrong = c;
        wrong.*count = 2;
        CHECK_EQUAL(bytes_of(&wrong, f4, 0), GATUN_UNSUPPORTED);
    }
    wrong = convolution(1, 4, 4, 5, 5, 3);
    CHECK_EQUAL(bytes_of(&wrong, f4, 0), GATUN_UNSUPPORTED);

    Buffer scratch = workspace(c, f4, GATUN_CONVOLUTION_FORWARD);
    Buffer dst(dst_elements(c));
    dst.fill_constant(7.0f);
    const int64_t bytes = scratch.size() * 4;
    const auto call = [&](const float *src, const float *weights, float *to, void *memory, int64_t size) {
        return gatun_convolution_forward(&c, f4, src, weights, nullptr, 0, to, memory, size);
    };
    CHECK_EQUAL(call(nullptr, t.weights.data(), dst.data(), scratch.data(), bytes), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(t.src.data(), nullptr, dst.data(), scratch.data(), bytes), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(t.src.data(), t.weights.data(), nullptr, scratch.data(), bytes), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(t.src.data(), t.weights.data(), dst.data(), nullptr, bytes), GATUN_NULL_POINTER);
    CHECK_EQUAL(call(t.src.data(), t.weights.data(), dst.data(), scratch.data(), bytes - 1), GATUN_INVALID_SIZE);
    for (int64_t i = 0; i < dst.size(); ++i) {
        CHECK(dst[i] == 7.0f);
    }
    CHECK_EQUAL(gatun_convolution_backward_data(&c, f4, nullptr, t.weights.data(), dst.data(), scratch.data(), bytes),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_convolution_backward_weights(&c, f4, t.src.data(), nullptr, dst.data(), nullptr, scratch.data(),
                                                   bytes), GATUN_NULL_POINTER);
}
