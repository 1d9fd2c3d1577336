#include "buffers.h"
#include "check.h"

using Halves = std::vector<uint16_t>;

struct Format {
    int32_t type;
    int mantissa;  // stored bits
    int bias;
};

static const Format bf16 = {GATUN_BF16, 7, 127};
static const Format f16 = {GATUN_F16, 10, 15};

// The number of some bits, by the definition of the format.
static double number(const Format &format, uint32_t bits)
{
    const uint32_t fraction = bits & ((1u << format.mantissa) - 1u);
    const uint32_t exponent = (bits & 0x7fffu) >> format.mantissa;
    const uint32_t highest = 0x7fffu >> format.mantissa;
    const double sign = bits & 0x8000u ? -1.0 : 1.0;
    if (exponent == highest) {
        return fraction == 0 ? sign * INFINITY : NAN;
    }
    const double scale = ldexp(1.0, -format.mantissa);
    return exponent == 0 ? sign * ldexp(fraction * scale, 1 - format.bias)
                         : sign * ldexp(1.0 + fraction * scale, static_cast<int>(exponent) - format.bias);
}

static std::vector<float> widened(int32_t type, const Halves &src)
{
    std::vector<float> dst(src.size());
    CHECK_EQUAL(gatun_cast(type, GATUN_F32, static_cast<int64_t>(src.size()), src.data(), dst.data()), GATUN_SUCCESS);
    return dst;
}

static Halves narrowed(int32_t type, const std::vector<float> &src)
{
    Halves dst(src.size());
    CHECK_EQUAL(gatun_cast(GATUN_F32, type, static_cast<int64_t>(src.size()), src.data(), dst.data()), GATUN_SUCCESS);
    return dst;
}

static Halves all_halves()
{
    Halves all;
    for (uint32_t bits = 0; bits <= 0xffffu; ++bits) {
        all.push_back(static_cast<uint16_t>(bits));
    }
    return all;
}

TEST(every_number_widens_to_itself_and_comes_back)
{
    for (const Format &format : {bf16, f16}) {
        for_every_setting([&] {
            const Halves all = all_halves();
            const std::vector<float> wide = widened(format.type, all);
            const Halves back = narrowed(format.type, wide);
            const uint32_t quiet = 1u << (format.mantissa - 1);
            int64_t wrong = 0;
            for (size_t i = 0; i < all.size(); ++i) {
                const double expected = number(format, all[i]);
                const bool nan = isnan(expected);
                wrong += nan ? !isnan(wide[i]) : !check::same_bits(wide[i], static_cast<float>(expected));
                wrong += nan ? back[i] != (all[i] | quiet) : back[i] != all[i];
            }
            CHECK_EQUAL(wrong, 0);
        });
    }
}

// Between two neighbours: the middle goes to the even one, what lies beside it to the nearer one.
TEST(rounds_to_nearest_and_ties_to_even)
{
    for (const Format &format : {bf16, f16}) {
        std::vector<float> src;
        Halves expected;
        const uint32_t infinity = 0x7fffu >> format.mantissa << format.mantissa;
        for (uint32_t bits = 0; bits < infinity; ++bits) {
            const double low = number(format, bits);
            // Beyond the largest number, half a step more is infinite already.
            const double high = bits + 1 < infinity ? number(format, bits + 1) : 2.0 * low - number(format, bits - 1);
            const float middle = static_cast<float>(0.5 * (low + high));
            for (const float sign : {1.0f, -1.0f}) {
                const uint32_t bit = sign < 0.0f ? 0x8000u : 0u;
                src.push_back(sign * middle);
                expected.push_back(static_cast<uint16_t>((bits + (bits & 1u)) | bit));
                src.push_back(sign * nextafterf(middle, 0.0f));
                expected.push_back(static_cast<uint16_t>(bits | bit));
                src.push_back(sign * nextafterf(middle, INFINITY));
                expected.push_back(static_cast<uint16_t>((bits + 1) | bit));
            }
        }
        for (const float large : {3.4028235e38f, INFINITY}) {
            src.push_back(large);
            expected.push_back(static_cast<uint16_t>(infinity));
        }
        for_every_setting([&] {
            const Halves actual = narrowed(format.type, src);
            int64_t wrong = 0;
            for (size_t i = 0; i < src.size(); ++i) {
                wrong += actual[i] == expected[i] ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
        });
    }
}

TEST(a_nan_stays_one_whatever_its_bits)
{
    std::vector<float> src;
    for (const uint32_t bits : {0x7f800001u, 0x7fc00000u, 0xff800001u, 0xffffffffu, 0x7fffffffu, 0x7f80ffffu}) {
        float x;
        memcpy(&x, &bits, sizeof x);
        src.insert(src.end(), 5, x);
    }
    for (const Format &format : {bf16, f16}) {
        for_every_setting([&] {
            for (const uint16_t half : narrowed(format.type, src)) {
                CHECK(isnan(number(format, half)));
            }
        });
    }
}

TEST(any_size_at_any_place_is_written_and_no_more)
{
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            for_every_setting([&] {
                Buffer src(size, offset), halves((size + 1) / 2, offset), dst(size, offset);
                src.fill(1.0f, 1);
                for (const int32_t type : {GATUN_BF16, GATUN_F16}) {
                    CHECK_EQUAL(gatun_cast(GATUN_F32, type, size, src.data(), halves.data()), GATUN_SUCCESS);
                    CHECK_EQUAL(gatun_cast(type, GATUN_F32, size, halves.data(), dst.data()), GATUN_SUCCESS);
                    int64_t wrong = 0;
                    for (int64_t i = 0; i < size; ++i) {
                        wrong += fabsf(dst[i] - src[i]) <= fabsf(src[i]) / 256.0f + 1e-7f ? 0 : 1;
                    }
                    CHECK_EQUAL(wrong, 0);
                }
            });
        }
    }
}

TEST(between_the_types_of_16_bits_the_way_is_f32)
{
    for_every_setting([&] {
        const Halves all = all_halves();
        for (const int32_t from : {GATUN_BF16, GATUN_F16}) {
            for (const int32_t to : {GATUN_BF16, GATUN_F16}) {
                Halves direct(all.size());
                CHECK_EQUAL(gatun_cast(from, to, static_cast<int64_t>(all.size()), all.data(), direct.data()),
                            GATUN_SUCCESS);
                CHECK(direct == (from == to ? all : narrowed(to, widened(from, all))));
            }
        }
    });
}

TEST(bad_arguments_are_refused)
{
    float x = 1.0f, y = 2.0f;
    CHECK_EQUAL(gatun_cast(3, GATUN_F32, 1, &x, &y), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_cast(GATUN_F32, -1, 1, &x, &y), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_cast(GATUN_F32, GATUN_BF16, -1, &x, &y), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_cast(GATUN_F32, GATUN_BF16, 1, nullptr, &y), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_cast(GATUN_F32, GATUN_BF16, 1, &x, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_cast(GATUN_F32, GATUN_BF16, 0, nullptr, nullptr), GATUN_SUCCESS);
    CHECK(y == 2.0f);
}
