#include <math.h>

#include <vector>

#include "buffers.h"
#include "check.h"

constexpr double epsilon = 1e-5;

// What stands beside the normalised row.
struct Form {
    bool centred;  // else RMS normalisation
    bool scaled;
    bool shifted;
};

static const Form forms[] = {{true, true, true}, {true, false, false}, {true, true, false}, {false, true, false},
                             {false, false, false}, {false, true, true}};

struct Shape {
    int64_t rows;
    int64_t features;
};

// One value; rows shorter than a vector, with and without a tail; chunks of one row more and less; rows of several
// pieces, few of them, and a row alone.
static const Shape shapes[] = {{1, 1},    {1, 7},      {3, 16},   {4, 64},     {5, 67},     {17, 15},   {63, 192},
                               {64, 48},  {65, 128},   {257, 33}, {2000, 5},   {1, 100003}, {2, 4097},  {6, 20000},
                               {33, 3001}, {197, 768}, {1100, 1}, {4100, 20}};

// All operands of one normalisation.
struct Operands {
    Shape shape;
    Form form;
    Buffer src, dst, scale, shift, mean, variance, diff_dst, diff_src, diff_scale, diff_shift;
    std::vector<double> scratch;

    Operands(Shape of, Form in, float middle = 0.25f, int64_t beside = 0)
        : shape(of), form(in), src(of.rows * of.features, beside), dst(of.rows * of.features, beside),
          scale(of.features, beside), shift(of.features), mean(of.rows), variance(of.rows),
          diff_dst(of.rows * of.features, beside), diff_src(of.rows * of.features, beside), diff_scale(of.features),
          diff_shift(of.features),
          scratch(static_cast<size_t>(gatun_layer_normalization_scratch(of.rows, of.features)) / sizeof(double) + 1)
    {
        src.fill(1.0f, 3);
        for (int64_t i = 0; i < src.size(); ++i) {
            src[i] += middle;
        }
        diff_dst.fill(1.0f, 5);
        scale.fill(2.0f, 7);
        shift.fill(0.5f, 11);
    }

    int64_t scratch_bytes() const
    {
        return static_cast<int64_t>(scratch.size() * sizeof(double));
    }

    void forward(float *to)
    {
        CHECK_EQUAL(gatun_layer_normalization_forward(shape.rows, shape.features, src.data(), epsilon,
                                                      form.scaled ? scale.data() : nullptr,
                                                      form.shifted ? shift.data() : nullptr, to,
                                                      form.centred ? mean.data() : nullptr, variance.data(),
                                                      scratch.data(), scratch_bytes()),
                    GATUN_SUCCESS);
    }

    void backward(float *to)
    {
        CHECK_EQUAL(gatun_layer_normalization_backward(
                        shape.rows, shape.features, src.data(), diff_dst.data(), form.centred ? mean.data() : nullptr,
                        variance.data(), epsilon, form.scaled ? scale.data() : nullptr, to,
                        form.scaled ? diff_scale.data() : nullptr,
                        form.scaled && form.shifted ? diff_shift.data() : nullptr, scratch.data(), scratch_bytes()),
                    GATUN_SUCCESS);
    }

    double scale_of(int64_t i)
    {
        return form.scaled ? static_cast<double>(scale[i]) : 1.0;
    }

    void check_forward(double error)
    {
        const double count = static_cast<double>(shape.features);
        for (int64_t row = 0; row < shape.rows; ++row) {
            const int64_t first = row * shape.features;
            double middle = 0.0, squares = 0.0;
            for (int64_t i = 0; i < shape.features; ++i) {
                middle += form.centred ? static_cast<double>(src[first + i]) / count : 0.0;
            }
            for (int64_t i = 0; i < shape.features; ++i) {
                squares += pow(static_cast<double>(src[first + i]) - middle, 2.0) / count;
            }
            if (form.centred) {
                CHECK_NEAR(mean[row], middle, 1e-7 * (1.0 + fabs(middle)));
            }
            CHECK_NEAR(variance[row], squares, 2e-7 * squares + 1e-15 * middle * middle);
            const double root = sqrt(squares + epsilon);
            for (int64_t i = 0; i < shape.features; ++i) {
                const double y = (static_cast<double>(src[first + i]) - middle) * scale_of(i) / root +
                                 (form.shifted ? static_cast<double>(shift[i]) : 0.0);
                CHECK_NEAR(dst[first + i], y, error * (2.0 + 2.0 * (1.0 + fabs(middle)) / root));
            }
        }
    }

    void check_backward(Buffer &result, const std::vector<float> &diff, double error)
    {
        const double count = static_cast<double>(shape.features);
        const size_t features = static_cast<size_t>(shape.features);
        std::vector<double> scales(features), shifts(features), of_scales(features), of_shifts(features);
        for (int64_t row = 0; row < shape.rows; ++row) {
            const int64_t first = row * shape.features;
            const double middle = form.centred ? static_cast<double>(mean[row]) : 0.0;
            const double root = sqrt(static_cast<double>(variance[row]) + epsilon);
            double sum = 0.0, products = 0.0, of_sum = 0.0, of_products = 0.0;
            for (int64_t i = 0; i < shape.features; ++i) {
                const size_t at = static_cast<size_t>(i);
                const double given = static_cast<double>(diff[static_cast<size_t>(first + i)]);
                const double normal = (static_cast<double>(src[first + i]) - middle) / root;
                scales[at] += given * normal;
                shifts[at] += given;
                of_scales[at] += fabs(given * normal);
                of_shifts[at] += fabs(given);
                sum += form.centred ? given * scale_of(i) / count : 0.0;
                products += given * scale_of(i) * normal / count;
                of_sum += fabs(given * scale_of(i)) / count;
                of_products += fabs(given * scale_of(i) * normal) / count;
            }
            for (int64_t i = 0; i < shape.features; ++i) {
                const double dy = scale_of(i) * static_cast<double>(diff[static_cast<size_t>(first + i)]);
                const double normal = (static_cast<double>(src[first + i]) - middle) / root;
                CHECK_NEAR(result[first + i], (dy - sum - normal * products) / root,
                           error / root * (fabs(dy) + of_sum + fabs(normal) * of_products));
            }
        }
        for (size_t i = 0; form.scaled && i < features; ++i) {
            CHECK_NEAR(diff_scale[static_cast<int64_t>(i)], scales[i], error * of_scales[i]);
            if (form.shifted) {
                CHECK_NEAR(diff_shift[static_cast<int64_t>(i)], shifts[i], error * of_shifts[i]);
            }
        }
    }
};

TEST(a_normalisation_and_its_gradient_are_those_of_their_formulas)
{
    for (const Shape &shape : shapes) {
        for (const Form &form : forms) {
            for (const int64_t offset : offsets) {
                Operands of(shape, form, 0.25f, offset);
                of.forward(of.dst.data());
                of.check_forward(2e-6);
                const std::vector<float> diff = of.diff_dst.copy();
                of.backward(of.diff_src.data());
                of.check_backward(of.diff_src, diff, 2e-6);
                const std::vector<float> apart = of.diff_src.copy();
                of.backward(of.diff_dst.data());  // in the place of the gradient
                CHECK(memcmp(apart.data(), of.diff_dst.data(), apart.size() * sizeof(float)) == 0);
                const std::vector<float> normal = of.dst.copy();
                of.forward(of.src.data());  // in the place of the rows
                CHECK(memcmp(normal.data(), of.src.data(), normal.size() * sizeof(float)) == 0);
            }
        }
    }
}

TEST(sums_lose_no_digits_over_many_rows_and_in_long_ones)
{
    for (const Shape &shape : {Shape{400003, 16}, Shape{3, 400003}}) {
        Operands of(shape, {true, true, true}, 30.0f);
        of.forward(of.dst.data());
        of.check_forward(1e-6);
        for (int64_t i = 0; i < of.diff_dst.size(); ++i) {
            of.diff_dst[i] = 1e-5f + 1e-6f * of.diff_dst[i];
        }
        of.backward(of.diff_src.data());
        of.check_backward(of.diff_src, of.diff_dst.copy(), 3e-7);
    }
}

TEST(rows_beyond_the_caches_are_written_past_them)
{
    for (const Shape &shape : {Shape{5501, 768}, Shape{5501, 777}, Shape{6, 800000}}) {
        Operands of(shape, {true, true, true});
        of.forward(of.dst.data());
        of.check_forward(2e-6);
        of.backward(of.diff_src.data());
        of.check_backward(of.diff_src, of.diff_dst.copy(), 2e-6);
    }
}

TEST(threads_and_instruction_sets_change_no_bit)
{
    for (const Shape &shape : shapes) {
        for (const Form &form : forms) {
            Operands of(shape, form);
            check_same_bits([&] {
                of.forward(of.dst.data());
                of.backward(of.diff_src.data());
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

TEST(a_nan_stays_in_its_row)
{
    for (const Shape &shape : {Shape{7, 33}, Shape{2, 5000}}) {
        Operands of(shape, {true, true, true});
        of.src[shape.features + 20] = NAN;  // row 1
        of.forward(of.dst.data());
        of.backward(of.diff_src.data());
        for (int64_t i = 0; i < of.src.size(); ++i) {
            const bool lost = i / shape.features == 1;
            CHECK(static_cast<bool>(isnan(of.dst[i])) == lost);
            CHECK(static_cast<bool>(isnan(of.diff_src[i])) == lost);
        }
        CHECK(isnan(of.mean[1]) && isnan(of.variance[1]) && !isnan(of.mean[0]) && !isnan(of.variance[0]));
        CHECK(isnan(of.diff_scale[0]) && !isnan(of.diff_shift[0]));
    }
}

TEST(bad_arguments_are_refused)
{
    float x[4] = {1.0f, 1.0f, 1.0f, 1.0f};
    double scratch[1024];
    const auto forward = [&](int64_t rows, int64_t features, const float *src, double e, int64_t bytes) {
        return gatun_layer_normalization_forward(rows, features, src, e, x, x, x, x, x, scratch, bytes);
    };
    const int64_t enough = static_cast<int64_t>(sizeof scratch);
    CHECK(gatun_layer_normalization_scratch(2, 2) <= enough);
    CHECK_EQUAL(gatun_layer_normalization_scratch(0, 2), -1);
    CHECK_EQUAL(gatun_layer_normalization_scratch(2, 0), -1);
    CHECK_EQUAL(gatun_layer_normalization_scratch(INT64_MAX, 2), -1);
    CHECK_EQUAL(forward(0, 2, x, 0.0, enough), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(2, -1, x, 0.0, enough), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(2, 2, nullptr, 0.0, enough), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(2, 2, x, -1.0, enough), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(2, 2, x, NAN, enough), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(2, 2, x, 0.0, 8), GATUN_INVALID_SIZE);
    const auto backward = [&](double e, float *diff_src, float *diff_scale, float *diff_shift) {
        return gatun_layer_normalization_backward(2, 2, x, x, x, x, e, x, diff_src, diff_scale, diff_shift, scratch,
                                                  enough);
    };
    CHECK_EQUAL(backward(0.0, nullptr, x, x), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(0.0, x, nullptr, x), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(NAN, x, x, x), GATUN_INVALID_VALUE);
    CHECK(x[0] == 1.0f && x[3] == 1.0f);
}
