#include "buffers.h"
#include "check.h"

static const float one = 1.0f;

TEST(two_rows_by_hand)
{
    // softmax(0, ln 3) = (1/4, 3/4); the second row is uniform, and its first largest logit is class 0.
    const float logits[] = {0.0f, logf(3.0f), 5.0f, 5.0f};
    const int32_t labels[] = {1, 1};
    Buffer probabilities(4), diff(4);
    float loss = 0.0f;
    int64_t correct = -1;
    CHECK_EQUAL(gatun_softmax_cross_entropy_forward(2, 2, logits, labels, probabilities.data(), &loss, &correct),
                GATUN_SUCCESS);
    CHECK_ULPS(probabilities[0], 0.25, 2);
    CHECK_ULPS(probabilities[1], 0.75, 2);
    CHECK_ULPS(probabilities[2], 0.5, 0);
    CHECK_ULPS(loss, (log(4.0 / 3.0) + log(2.0)) / 2.0, 2);
    CHECK_EQUAL(correct, 1);
    const float eight = 8.0f;
    CHECK_EQUAL(gatun_softmax_cross_entropy_backward(2, 2, probabilities.data(), labels, &eight, diff.data()),
                GATUN_SUCCESS);
    CHECK_ULPS(diff[0], 1.0, 2);
    CHECK_ULPS(diff[1], -1.0, 2);
    CHECK_ULPS(diff[2], 2.0, 2);
    CHECK_ULPS(diff[3], -2.0, 2);
}

TEST(large_logits_do_not_overflow)
{
    const float logits[] = {3e38f, -3e38f, 1000.0f, 999.0f};
    const int32_t labels[] = {0, 1};
    Buffer probabilities(4);
    float loss = 0.0f;
    int64_t correct = 0;
    gatun_softmax_cross_entropy_forward(2, 2, logits, labels, probabilities.data(), &loss, &correct);
    CHECK_ULPS(loss, (log1p(exp(-1.0)) + 1.0) / 2.0, 2);
    CHECK(probabilities[0] == 1.0f && probabilities[1] == 0.0f);
    CHECK_EQUAL(correct, 1);
}

struct Shape {
    int64_t rows;
    int64_t classes;
};

static const Shape shapes[] = {{1, 1}, {1, 10}, {3, 7}, {127, 10}, {128, 10}, {129, 10}, {1000, 33}, {5, 1001}};

static std::vector<int32_t> labels_of(const Shape &shape)
{
    std::vector<int32_t> labels;
    for (int64_t row = 0; row < shape.rows; ++row) {
        labels.push_back(static_cast<int32_t>((row * 7 + 3) % shape.classes));
    }
    return labels;
}

TEST(every_number_of_threads_gives_the_same_bits_and_the_formula)
{
    for (const Shape &shape : shapes) {
        const int64_t elements = shape.rows * shape.classes;
        const std::vector<int32_t> labels = labels_of(shape);
        Buffer logits(elements, 1);
        logits.fill(4.0f, 1);
        double expected_loss = 0.0;
        int64_t expected_correct = 0;
        for (int64_t row = 0; row < shape.rows; ++row) {
            double sum = 0.0;
            int64_t best = 0;
            for (int64_t c = 0; c < shape.classes; ++c) {
                const float x = logits[row * shape.classes + c];
                sum += exp(static_cast<double>(x));
                best = x > logits[row * shape.classes + best] ? c : best;
            }
            const int32_t label = labels[static_cast<size_t>(row)];
            expected_loss += log(sum) - static_cast<double>(logits[row * shape.classes + label]);
            expected_correct += best == label ? 1 : 0;
        }
        check_same_bits_on_each_isa([&] {
            const float two = 2.0f;
            Buffer probabilities(elements, 1), diff(elements, 1);
            float loss = 0.0f;
            int64_t correct = 0;
            CHECK_EQUAL(gatun_softmax_cross_entropy_forward(shape.rows, shape.classes, logits.data(), labels.data(),
                                                            probabilities.data(), &loss, &correct),
                        GATUN_SUCCESS);
            CHECK_NEAR(loss, expected_loss / static_cast<double>(shape.rows), 1e-6);
            CHECK_EQUAL(correct, expected_correct);
            CHECK_EQUAL(gatun_softmax_cross_entropy_backward(shape.rows, shape.classes, probabilities.data(),
                                                             labels.data(), &two, diff.data()),
                        GATUN_SUCCESS);
            double worst_sum = 0.0;
            for (int64_t row = 0; row < shape.rows; ++row) {
                double sum = 0.0;
                for (int64_t c = 0; c < shape.classes; ++c) {
                    sum += static_cast<double>(diff[row * shape.classes + c]);
                }
                worst_sum = fmax(worst_sum, fabs(sum));
            }
            CHECK_NEAR(worst_sum, 0.0, 1e-6);
            std::vector<float> result = probabilities.copy();
            const std::vector<float> gradient = diff.copy();
            result.insert(result.end(), gradient.begin(), gradient.end());
            result.push_back(loss);
            return result;
        });
    }
}

TEST(the_gradient_is_the_slope_of_the_loss)
{
    const Shape shape = {3, 5};
    const std::vector<int32_t> labels = labels_of(shape);
    Buffer logits(15), probabilities(15), scratch(15), diff(15);
    logits.fill(2.0f, 1);
    float loss = 0.0f;
    int64_t correct = 0;
    gatun_softmax_cross_entropy_forward(3, 5, logits.data(), labels.data(), probabilities.data(), &loss, &correct);
    gatun_softmax_cross_entropy_backward(3, 5, probabilities.data(), labels.data(), &one, diff.data());
    for (int64_t i = 0; i < 15; ++i) {
        const float step = 1.0f / 64;
        const float at = logits[i];
        float above = 0.0f, below = 0.0f;
        logits[i] = at + step;
        gatun_softmax_cross_entropy_forward(3, 5, logits.data(), labels.data(), scratch.data(), &above, &correct);
        logits[i] = at - step;
        gatun_softmax_cross_entropy_forward(3, 5, logits.data(), labels.data(), scratch.data(), &below, &correct);
        logits[i] = at;
        const double slope = static_cast<double>(above - below) / static_cast<double>(2.0f * step);
        CHECK_NEAR(diff[i], slope, 1e-4);
    }
}

TEST(a_row_with_nan_is_never_correct)
{
    const int32_t labels[] = {0, 0};
    int64_t correct = -1;
    float loss = 0.0f;
    Buffer probabilities(6);
    const float first_nan[] = {NAN, 1.0f, 2.0f, 9.0f, 1.0f, 2.0f};
    gatun_softmax_cross_entropy_forward(2, 3, first_nan, labels, probabilities.data(), &loss, &correct);
    CHECK_EQUAL(correct, 1);
    CHECK(isnan(loss));
    CHECK(!isnan(probabilities[3]));
    const float later_nan[] = {9.0f, NAN, 2.0f, 9.0f, 1.0f, 2.0f};
    gatun_softmax_cross_entropy_forward(2, 3, later_nan, labels, probabilities.data(), &loss, &correct);
    CHECK_EQUAL(correct, 1);
    CHECK(isnan(loss));
}

TEST(a_bad_label_leaves_everything_unwritten)
{
    for (const int32_t bad : {-1, 3}) {
        const float logits[] = {1, 2, 3, 4, 5, 6};
        const int32_t labels[] = {0, bad};
        Buffer out(6);
        out.fill_constant(7.0f);
        float loss = 7.0f;
        int64_t correct = 7;
        CHECK_EQUAL(gatun_softmax_cross_entropy_forward(2, 3, logits, labels, out.data(), &loss, &correct),
                    GATUN_INVALID_LABEL);
        CHECK_EQUAL(gatun_softmax_cross_entropy_backward(2, 3, logits, labels, &one, out.data()),
                    GATUN_INVALID_LABEL);
        CHECK(loss == 7.0f && correct == 7 && out[0] == 7.0f && out[5] == 7.0f);
    }
}

TEST(bad_arguments_are_refused)
{
    const float x = 1.0f;
    const int32_t label = 0;
    float out = 7.0f, loss = 7.0f;
    int64_t n = 7;
    const auto forward = gatun_softmax_cross_entropy_forward;
    CHECK_EQUAL(forward(0, 1, &x, &label, &out, &loss, &n), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(1, 0, &x, &label, &out, &loss, &n), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(-1, 1, &x, &label, &out, &loss, &n), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(INT64_MAX, 2, &x, &label, &out, &loss, &n), GATUN_INVALID_SIZE);
    CHECK_EQUAL(forward(1, 1, nullptr, &label, &out, &loss, &n), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(1, 1, &x, nullptr, &out, &loss, &n), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(1, 1, &x, &label, nullptr, &loss, &n), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(1, 1, &x, &label, &out, nullptr, &n), GATUN_NULL_POINTER);
    CHECK_EQUAL(forward(1, 1, &x, &label, &out, &loss, nullptr), GATUN_NULL_POINTER);
    const auto backward = gatun_softmax_cross_entropy_backward;
    CHECK_EQUAL(backward(0, 1, &x, &label, &one, &out), GATUN_INVALID_SIZE);
    CHECK_EQUAL(backward(1, 1, nullptr, &label, &one, &out), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(1, 1, &x, nullptr, &one, &out), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(1, 1, &x, &label, &one, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(backward(1, 1, &x, &label, nullptr, &out), GATUN_NULL_POINTER);
    CHECK(out == 7.0f && loss == 7.0f && n == 7);
}

TEST(a_scale_that_is_not_finite_reaches_the_gradients)
{
    const float probabilities[] = {0.25f, 0.75f};
    const int32_t label = 0;
    const float infinite = INFINITY;
    float out[2] = {};
    CHECK_EQUAL(gatun_softmax_cross_entropy_backward(1, 2, probabilities, &label, &infinite, out), GATUN_SUCCESS);
    CHECK(out[0] == -INFINITY && out[1] == INFINITY);
}
