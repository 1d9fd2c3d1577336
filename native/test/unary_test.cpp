#include "buffers.h"
#include "check.h"

static double sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static double probability(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

static double density(double x)
{
    return exp(-0.5 * x * x) / sqrt(2.0 * M_PI);
}

static double bend(double x)
{
    return 2.0 * sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x);
}

static double softplus(double x)
{
    return fmax(x, 0.0) + log1p(exp(-fabs(x)));
}

// 1 - tanh(softplus(x))^2 without cancellation.
static double mish_steepness(double x)
{
    const double e = exp(-fabs(x));
    const double below = x < 0.0 ? e * (e + 2.0) + 2.0 : 1.0 + 2.0 * e * (1.0 + e);
    return 4.0 * (1.0 + e) * (1.0 + e) * (x < 0.0 ? 1.0 : e * e) / (below * below);
}

struct Function {
    const char *name;
    int32_t code;
    double first;
    double second;
    bool from_result;
    double units;  // by which a result may be off
    double (*value)(double x, double first);
    double (*slope)(double known, double first);
};

#define VALUE(expression) [](double x, double a) { (void)a; (void)x; return static_cast<double>(expression); }

static const Function functions[] = {
    {"relu", GATUN_UNARY_RELU, 0, 0, true, 0, VALUE(x <= 0 ? 0 : x), VALUE(x > 0 ? 1 : 0)},
    {"sigmoid", GATUN_UNARY_SIGMOID, 0, 0, true, 4, VALUE(sigmoid(x)), VALUE(x * (1 - x))},
    {"tanh", GATUN_UNARY_TANH, 0, 0, true, 4, VALUE(tanh(x)), VALUE(1 - x * x)},
    {"exp", GATUN_UNARY_EXP, 0, 0, true, 2, VALUE(exp(x)), VALUE(x)},
    {"log", GATUN_UNARY_LOG, 0, 0, false, 2, VALUE(log(x)), VALUE(1 / x)},
    {"sqrt", GATUN_UNARY_SQRT, 0, 0, true, 0.5, VALUE(sqrt(x)), VALUE(0.5 / x)},
    {"square", GATUN_UNARY_SQUARE, 0, 0, false, 0.5, VALUE(x * x), VALUE(2 * x)},
    {"abs", GATUN_UNARY_ABS, 0, 0, false, 0, VALUE(fabs(x)), VALUE(x > 0 ? 1 : x < 0 ? -1 : x)},
    {"negate", GATUN_UNARY_NEGATE, 0, 0, false, 0, VALUE(-x), VALUE(-1)},
    {"reciprocal", GATUN_UNARY_RECIPROCAL, 0, 0, false, 0.5, VALUE(1 / x), VALUE(-1 / (x * x))},
    {"gelu", GATUN_UNARY_GELU, 0, 0, false, 6, VALUE(x * probability(x)), VALUE(probability(x) + x * density(x))},
    {"gelu_tanh", GATUN_UNARY_GELU_TANH, 0, 0, false, 4, VALUE(x * sigmoid(bend(x))),
     VALUE(sigmoid(bend(x)) +
           x * sigmoid(bend(x)) * sigmoid(-bend(x)) * 2 * sqrt(2 / M_PI) * (1 + 0.134145 * x * x))},
    {"silu", GATUN_UNARY_SILU, 0, 0, false, 4, VALUE(x * sigmoid(x)), VALUE(sigmoid(x) * (1 + x * sigmoid(-x)))},
    {"hard_sigmoid", GATUN_UNARY_HARD_SIGMOID, 0, 0, false, 3, VALUE(fmin(fmax(x / 6 + 0.5, 0), 1)),
     VALUE(fabs(x) < 3 ? 1.0 / 6 : 0)},
    {"hard_swish", GATUN_UNARY_HARD_SWISH, 0, 0, false, 3, VALUE(x * fmin(fmax(x / 6 + 0.5, 0), 1)),
     VALUE(x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5)},
    {"mish", GATUN_UNARY_MISH, 0, 0, false, 4, VALUE(x * tanh(softplus(x))),
     VALUE(tanh(softplus(x)) + x * mish_steepness(x) * sigmoid(x))},
    {"leaky_relu", GATUN_UNARY_LEAKY_RELU, 0.25, 0, true, 0.5, VALUE(x <= 0 ? a * x : x), VALUE(x > 0 ? 1 : a)},
    {"elu", GATUN_UNARY_ELU, 1.5, 0, true, 4, VALUE(x <= 0 ? a * expm1(x) : x), VALUE(x > 0 ? 1 : x + a)},
    {"clip", GATUN_UNARY_CLIP, -0.5, 1, false, 0, VALUE(x < -0.5 ? -0.5 : x > 1 ? 1 : x),
     VALUE(x > -0.5 && x < 1 ? 1 : 0)},
    {"softplus", GATUN_UNARY_SOFTPLUS, 1, 0, false, 4, VALUE(softplus(x)), VALUE(sigmoid(x))},
    {"softplus 0.7", GATUN_UNARY_SOFTPLUS, 0.7, 0, false, 4, VALUE(softplus(a * x) / a), VALUE(sigmoid(a * x))},
    {"power 0", GATUN_UNARY_POWER, 0, 0, false, 0, VALUE(1), VALUE(0)},
    {"power 1/2", GATUN_UNARY_POWER, 0.5, 0, false, 1, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power 1", GATUN_UNARY_POWER, 1, 0, false, 0, VALUE(x), VALUE(1)},
    {"power 3/2", GATUN_UNARY_POWER, 1.5, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power 2", GATUN_UNARY_POWER, 2, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power 5/2", GATUN_UNARY_POWER, 2.5, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power 3", GATUN_UNARY_POWER, 3, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power -1/2", GATUN_UNARY_POWER, -0.5, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power -1", GATUN_UNARY_POWER, -1, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power -3/2", GATUN_UNARY_POWER, -1.5, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power -2", GATUN_UNARY_POWER, -2, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power 1.7", GATUN_UNARY_POWER, 1.7, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power 13", GATUN_UNARY_POWER, 13, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power -7", GATUN_UNARY_POWER, -7, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))},
    {"power -0.01", GATUN_UNARY_POWER, -0.01, 0, false, 4, VALUE(pow(x, a)), VALUE(a * pow(x, a - 1))}};

// Every binary exponent of both signs, subnormal numbers among them, the neighbourhood of 1, and where functions bend.
static std::vector<float> arguments()
{
    std::vector<float> all = {0.0f, -0.0f, 1.0f, -1.0f, 3.0f, -3.0f, 0.5f, -0.5f};
    for (int exponent = -149; exponent <= 127; ++exponent) {
        for (int i = 0; i < 16; ++i) {
            const float x = static_cast<float>(ldexp(1.0 + i / 16.1, exponent));
            all.push_back(x);
            all.push_back(-x);
        }
    }
    for (int i = -4000; i <= 4000; ++i) {
        all.push_back(static_cast<float>(i) * 0.0313f);
        all.push_back(static_cast<float>(i) * 0.00313f);
        all.push_back(1.0f + static_cast<float>(i) * 3e-6f);
    }
    return all;
}

static std::vector<float> run(const Function &f, const std::vector<float> &src)
{
    std::vector<float> dst(src.size());
    CHECK_EQUAL(gatun_unary_forward(f.code, GATUN_F32, static_cast<int64_t>(src.size()), f.first, f.second, src.data(),
                                    dst.data()),
                GATUN_SUCCESS);
    return dst;
}

static std::vector<float> run_backward(const Function &f, const std::vector<float> &known,
                                       const std::vector<float> &diff)
{
    std::vector<float> dst(known.size());
    CHECK_EQUAL(gatun_unary_backward(f.code, GATUN_F32, static_cast<int64_t>(known.size()), f.first, f.second,
                                     known.data(), diff.data(), dst.data()),
                GATUN_SUCCESS);
    return dst;
}

static void say(const Function &f, const char *what, double x, double actual, double expected)
{
    fprintf(stderr, "%s%s of %.9g is %.9g, expected %.9g\n", f.name, what, x, actual, expected);
    CHECK(!"as close as promised");
}

// What overflows is as large as what is rounded to an infinity.
static bool agrees(float actual, double expected, double allowed)
{
    if (isnan(expected)) {
        return isnan(actual);
    }
    const float rounded = static_cast<float>(expected);
    if (isinf(rounded)) {
        return actual == rounded || (!isinf(expected) && fabsf(actual) > 3.402821e38f);
    }
    return fabs(static_cast<double>(actual) - expected) <= allowed;
}

static double unit(double expected)
{
    const float magnitude = fabsf(static_cast<float>(expected));
    return static_cast<double>(nextafterf(magnitude, INFINITY) - magnitude);
}

TEST(results_are_as_close_as_promised)
{
    const std::vector<float> all = arguments();
    for (const Function &f : functions) {
        std::vector<double> values;
        for (const float x : all) {
            values.push_back(f.value(static_cast<double>(x), f.first));
        }
        for_every_setting([&] {
            const std::vector<float> actual = run(f, all);
            for (size_t i = 0; i < all.size(); ++i) {
                const double x = static_cast<double>(all[i]);
                const double expected = values[i];
                const bool bends = f.code == GATUN_UNARY_GELU_TANH;
                const double allowed = f.units * (bends ? 1.0 + fabs(x * x * x) / 4.0 : 1.0);
                // In the last bits above zero there is no rounding below one of them.
                if (!agrees(actual[i], expected, isfinite(expected) ? allowed * unit(expected) : 0.0)) {
                    say(f, "", x, static_cast<double>(actual[i]), expected);
                    break;
                }
            }
        });
    }
}

// Slopes near their zeros are as close as beside them: what is added there is of the size of 1.
TEST(gradients_are_slopes_times_what_comes)
{
    const std::vector<float> all = arguments();
    for (const Function &f : functions) {
        std::vector<float> known = all, diff(all.size());
        for (size_t i = 0; i < all.size(); ++i) {
            diff[i] = i % 3 == 0 ? -2.0f : 1.0f;
        }
        if (f.from_result) {
            known = run(f, all);
        }
        std::vector<double> formula;
        for (const float each : known) {
            formula.push_back(f.slope(static_cast<double>(each), f.first));
        }
        for_every_setting([&] {
            const std::vector<float> actual = run_backward(f, known, diff);
            for (size_t i = 0; i < all.size(); ++i) {
                const double slope = formula[i];
                const double expected = slope * static_cast<double>(diff[i]);
                const double cubic = static_cast<double>(known[i]) * known[i] * known[i];
                const double sized = isfinite(slope) ? 16.0 * unit(slope) + (f.units > 3.0 ? 8e-7 : 0.0) : 0.0;
                const bool bends = f.code == GATUN_UNARY_GELU_TANH && fabs(cubic) < 2000.0;
                if (!agrees(actual[i], expected, bends ? sized * (1.0 + fabs(cubic)) : sized)) {
                    say(f, "'s slope", static_cast<double>(known[i]), static_cast<double>(actual[i]), expected);
                    break;
                }
            }
        });
    }
}

TEST(nan_and_infinity_are_what_the_formula_makes_of_them)
{
    const std::vector<float> all = {NAN, INFINITY, -INFINITY};
    for (const Function &f : functions) {
        for_every_setting([&] {
            const std::vector<float> actual = run(f, all);
            const std::vector<float> slopes = run_backward(f, all, {1.0f, 1.0f, 1.0f});
            for (size_t i = 0; i < all.size(); ++i) {
                const bool flat = f.code == GATUN_UNARY_POWER && f.first == 0.0;
                const double x = static_cast<double>(all[i]);
                const double expected = isnan(x) && !flat ? NAN : f.value(x, f.first);
                if (!agrees(actual[i], expected, 0.0)) {
                    say(f, "", x, static_cast<double>(actual[i]), expected);
                }
                // The gate of a NaN is shut.
                if (!isnan(x) && !agrees(slopes[i], f.slope(x, f.first), 1e-6)) {
                    say(f, "'s slope", x, static_cast<double>(slopes[i]), f.slope(x, f.first));
                }
            }
        });
    }
}

TEST(gates_let_nothing_through_and_a_nan_where_they_are_open)
{
    for_every_setting([] {
        const std::vector<float> known = {-1.0f, 0.0f, NAN, 0.5f};
        const Function &relu = functions[0];
        const std::vector<float> infinite = run_backward(relu, known, {INFINITY, NAN, NAN, -INFINITY});
        CHECK(infinite[0] == 0.0f && infinite[1] == 0.0f && infinite[2] == 0.0f && infinite[3] == -INFINITY);
        CHECK(isnan(run_backward(relu, known, {1.0f, 1.0f, 1.0f, NAN})[3]));
    });
}

// Any size, any place, in place, any number of threads: the bits of each element are its own.
TEST(elements_depend_on_nothing_but_themselves)
{
    for (const Function &f : functions) {
        for (const int64_t size : sizes) {
            const int64_t offset = offsets[size % 3];
            check_same_bits_on_each_isa([&] {
                Buffer src(size, offset), dst(size, offset), diff(size, 3), slopes(size, offset);
                src.fill(4.0f, 1);
                diff.fill(1.0f, 2);
                CHECK_EQUAL(gatun_unary_forward(f.code, GATUN_F32, size, f.first, f.second, src.data(), dst.data()),
                            GATUN_SUCCESS);
                CHECK_EQUAL(gatun_unary_backward(f.code, GATUN_F32, size, f.first, f.second, src.data(),
                                                 diff.data(), slopes.data()),
                            GATUN_SUCCESS);
                int64_t wrong = 0;
                for (int64_t i = 0; i < size; i += i < 40 || i + 40 > size ? 1 : 997) {
                    float one = 0.0f;
                    gatun_unary_forward(f.code, GATUN_F32, 1, f.first, f.second, src.data() + i, &one);
                    wrong += check::same_bits(one, dst[i]) || isnan(one) ? 0 : 1;
                }
                CHECK_EQUAL(wrong, 0);
                std::vector<float> result = dst.copy();
                const std::vector<float> gradient = slopes.copy();
                result.insert(result.end(), gradient.begin(), gradient.end());
                gatun_unary_backward(f.code, GATUN_F32, size, f.first, f.second, src.data(), diff.data(),
                                     diff.data());
                gatun_unary_forward(f.code, GATUN_F32, size, f.first, f.second, src.data(), src.data());
                const size_t bytes = static_cast<size_t>(size) * sizeof(float);
                CHECK(memcmp(src.data(), dst.data(), bytes) == 0);
                CHECK(memcmp(diff.data(), slopes.data(), bytes) == 0);
                return result;
            });
        }
    }
}

TEST(sixteen_bits_are_f32_rounded)
{
    for (const int32_t type : {GATUN_BF16, GATUN_F16}) {
        for (const Function &f : functions) {
            for (const int64_t size : {int64_t{1}, int64_t{1023}, int64_t{1025}, int64_t{70001}}) {
                for_every_setting([&] {
                    Buffer drawn(size), wide(size), result(size), gradient(size);
                    drawn.fill(4.0f, 1);
                    const size_t count = static_cast<size_t>(size);
                    std::vector<uint16_t> src(count), dst(count + 1, 0xABCD), slopes(count), expected(count);
                    gatun_cast(GATUN_F32, type, size, drawn.data(), src.data());
                    gatun_cast(type, GATUN_F32, size, src.data(), wide.data());
                    gatun_unary_forward(f.code, GATUN_F32, size, f.first, f.second, wide.data(), result.data());
                    gatun_unary_backward(f.code, GATUN_F32, size, f.first, f.second, wide.data(), wide.data(),
                                         gradient.data());
                    CHECK_EQUAL(gatun_unary_forward(f.code, type, size, f.first, f.second, src.data(), dst.data()),
                                GATUN_SUCCESS);
                    CHECK_EQUAL(gatun_unary_backward(f.code, type, size, f.first, f.second, src.data(), src.data(),
                                                     slopes.data()),
                                GATUN_SUCCESS);
                    gatun_cast(GATUN_F32, type, size, result.data(), expected.data());
                    CHECK(memcmp(dst.data(), expected.data(), count * sizeof(uint16_t)) == 0);
                    CHECK_EQUAL(dst[count], 0xABCD);
                    gatun_cast(GATUN_F32, type, size, gradient.data(), expected.data());
                    CHECK(slopes == expected);
                    gatun_unary_forward(f.code, type, size, f.first, f.second, src.data(), src.data());
                    CHECK(memcmp(dst.data(), src.data(), count * sizeof(uint16_t)) == 0);
                });
            }
        }
    }
}

TEST(bad_arguments_are_refused)
{
    float x = 1.0f;
    const auto forward = [&](int32_t code, int32_t type, int64_t elements, double first, double second) {
        const int32_t status = gatun_unary_forward(code, type, elements, first, second, &x, &x);
        CHECK_EQUAL(gatun_unary_backward(code, type, elements, first, second, &x, &x, &x), status);
        return status;
    };
    CHECK_EQUAL(forward(-1, GATUN_F32, 1, 0, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(GATUN_UNARY_POWER + 1, GATUN_F32, 1, 0, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(GATUN_UNARY_EXP, 3, 1, 0, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(GATUN_UNARY_POWER, GATUN_F32, 1, NAN, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(GATUN_UNARY_ELU, GATUN_F32, 1, INFINITY, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(GATUN_UNARY_SOFTPLUS, GATUN_F32, 1, 0, 0), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(GATUN_UNARY_CLIP, GATUN_F32, 1, 1, 1), GATUN_INVALID_VALUE);
    CHECK_EQUAL(forward(GATUN_UNARY_EXP, GATUN_F32, -1, 0, 0), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_unary_forward(GATUN_UNARY_EXP, GATUN_F32, 1, 0, 0, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_unary_forward(GATUN_UNARY_EXP, GATUN_F32, 1, 0, 0, &x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_unary_backward(GATUN_UNARY_EXP, GATUN_F32, 1, 0, 0, nullptr, &x, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_unary_backward(GATUN_UNARY_EXP, GATUN_F32, 1, 0, 0, &x, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_unary_backward(GATUN_UNARY_EXP, GATUN_F32, 1, 0, 0, &x, &x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_unary_forward(GATUN_UNARY_EXP, GATUN_F32, 0, 0, 0, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(x == 1.0f);
}
