#include <vector>

#include "buffers.h"
#include "check.h"

namespace {

struct Case {
    int64_t outer;
    int64_t channels;
    int64_t inner;
    int32_t low;
    int32_t high;
    bool zeros;
};

// One scale, runs of channels, channels side by side; more than one thread's worth, and nothing.
const Case cases[] = {{1, 1, 4097, -127, 127, false}, {1, 1, 100003, 0, 255, true}, {1, 17, 31, -8, 7, false},
                      {3, 5, 2000, -128, 127, true},  {33, 17, 1, -127, 127, false}, {1000, 100, 1, 0, 15, true},
                      {3, 1, 7, -1, 1, false},        {0, 3, 4, -1, 1, false},       {2, 3, 0, -1, 1, false}};

// Integers between guards: an aligned buffer of f32 would hide a write behind the last byte.
class Bytes {
  public:
    explicit Bytes(int64_t count, int64_t offset = 0) : offset_(offset), count_(count)
    {
        memory_.assign(static_cast<size_t>(count + 2 * guard + offset), canary);
    }

    Bytes(const Bytes &) = delete;
    Bytes &operator=(const Bytes &) = delete;

    ~Bytes()
    {
        for (size_t i = 0; i < memory_.size(); ++i) {
            const int64_t at = static_cast<int64_t>(i) - guard - offset_;
            if ((at < 0 || at >= count_) && memory_[i] != canary) {
                CHECK(!"written outside a buffer");
                break;
            }
        }
    }

    uint8_t *data()
    {
        return memory_.data() + guard + offset_;
    }

    uint8_t &operator[](int64_t i)
    {
        return data()[i];
    }

    void fill(uint32_t seed)
    {
        for (int64_t i = 0; i < count_; ++i) {
            seed = seed * 1664525u + 1013904223u;
            data()[i] = static_cast<uint8_t>(seed >> 24);
        }
    }

  private:
    static constexpr int64_t guard = 64;
    static constexpr uint8_t canary = 0xa5;

    std::vector<uint8_t> memory_;
    int64_t offset_;
    int64_t count_;
};

// In double but for the ratio, which has its place as f32.
uint8_t rounded(float ratio, const Case &of, float zero)
{
    const double q = nearbyint(static_cast<double>(ratio)) + static_cast<double>(zero);
    const double clamped = q < of.low ? of.low : q > of.high ? of.high : q;
    return isnan(ratio) ? 0 : static_cast<uint8_t>(static_cast<int32_t>(clamped));
}

float value_of(bool is_signed, uint8_t q, float scale, float zero)
{
    const int32_t integer = is_signed ? static_cast<int8_t>(q) : q;
    return scale * (static_cast<float>(integer) - zero);
}

// A scale and a zero point for each channel of a case.
struct Scales {
    explicit Scales(const Case &of) : scale(of.channels), zero(of.channels), given(of.zeros)
    {
        for (int64_t c = 0; c < of.channels; ++c) {
            scale[c] = 0.011f + 0.003f * static_cast<float>(c % 7);
            zero[c] = of.zeros ? static_cast<float>(of.low + (c * 5 + 3) % (of.high - of.low)) : 0.0f;
        }
    }

    const float *zeros()
    {
        return given ? zero.data() : nullptr;
    }

    Buffer scale, zero;
    bool given;
};

}  // namespace

TEST(every_setting_gives_the_integers)
{
    for (const Case &of : cases) {
        const int64_t elements = of.outer * of.channels * of.inner;
        for (const int64_t offset : offsets) {
            Buffer x(elements, offset);
            x.fill(2.0f, 1);
            Scales scales(of);
            for_every_setting([&] {
                Bytes q(elements, offset);
                CHECK_EQUAL(gatun_quantize(of.outer, of.channels, of.inner, of.low, of.high, x.data(),
                                           scales.scale.data(), scales.zeros(), q.data()),
                            GATUN_SUCCESS);
                int64_t wrong = 0;
                for (int64_t i = 0; i < elements; ++i) {
                    const int64_t c = i / of.inner % of.channels;
                    wrong += q[i] == rounded(x[i] / scales.scale[c], of, scales.zero[c]) ? 0 : 1;
                }
                CHECK_EQUAL(wrong, 0);
            });
        }
    }
}

TEST(every_setting_gives_what_integers_stand_for)
{
    for (const Case &of : cases) {
        const int64_t elements = of.outer * of.channels * of.inner;
        const bool is_signed = of.low < 0;
        Bytes q(elements, 3);
        q.fill(7);
        Scales scales(of);
        for_every_setting([&] {
            Buffer y(elements, 1);
            CHECK_EQUAL(gatun_dequantize(of.outer, of.channels, of.inner, is_signed ? 1 : 0, q.data(),
                                         scales.scale.data(), scales.zeros(), y.data()),
                        GATUN_SUCCESS);
            int64_t wrong = 0;
            for (int64_t i = 0; i < elements; ++i) {
                const int64_t c = i / of.inner % of.channels;
                wrong += y[i] == value_of(is_signed, q[i], scales.scale[c], scales.zero[c]) ? 0 : 1;
            }
            CHECK_EQUAL(wrong, 0);
        });
    }
}

TEST(every_setting_adds_integers)
{
    const float a_scale = 0.013f, b_scale = 0.021f, a_zero = 5.0f, b_zero = -3.0f, scale = 0.029f;
    for (const Case &of : {Case{1, 1, 1, 0, 255, false}, Case{1, 1, 1, -128, 127, true}, Case{1, 1, 1, 0, 15, true}}) {
        for (int32_t kind = 0; kind < 16; ++kind) {
            const bool a_signed = kind & 1, b_signed = kind & 2, relu = kind & 4, one = kind & 8;
            const float zero = of.zeros ? 4.0f : 0.0f;
            for (const int64_t count : sizes) {
                Bytes a(count, 1), b(count, 2);
                a.fill(3);
                b.fill(4);
                std::vector<uint8_t> expected(static_cast<size_t>(count));
                for (int64_t i = 0; i < count; ++i) {
                    float sum = value_of(a_signed, a[i], a_scale, a_zero);
                    if (!one) {
                        sum += value_of(b_signed, b[i], b_scale, b_zero);
                    }
                    expected[static_cast<size_t>(i)] = rounded((relu && sum < 0.0f ? 0.0f : sum) / scale, of, zero);
                }
                for_every_setting([&] {
                    Bytes y(count, 3);
                    CHECK_EQUAL(gatun_quantized_sum(count, a_signed, a.data(), &a_scale, &a_zero, b_signed,
                                                    one ? nullptr : b.data(), &b_scale, &b_zero, relu, of.low, of.high,
                                                    &scale, of.zeros ? &zero : nullptr, y.data()),
                                GATUN_SUCCESS);
                    int64_t wrong = 0;
                    for (int64_t i = 0; i < count; ++i) {
                        wrong += y[i] == expected[static_cast<size_t>(i)] ? 0 : 1;
                    }
                    CHECK_EQUAL(wrong, 0);
                });
            }
        }
    }
}

TEST(a_sum_may_take_the_place_of_a_term)
{
    for_every_setting([] {
        const float one = 1.0f;
        Bytes a(70), b(70);
        for (int64_t i = 0; i < 70; ++i) {
            a[i] = static_cast<uint8_t>(i);
            b[i] = static_cast<uint8_t>(3 * i);
        }
        CHECK_EQUAL(gatun_quantized_sum(70, 0, a.data(), &one, nullptr, 0, b.data(), &one, nullptr, 0, 0, 255, &one,
                                        nullptr, b.data()),
                    GATUN_SUCCESS);
        for (int64_t i = 0; i < 70; ++i) {
            CHECK_EQUAL(b[i], i < 64 ? 4 * i : 255);
        }
    });
}

TEST(halves_round_to_even_far_numbers_are_clamped_and_no_number_is_0)
{
    for_every_setting([] {
        const float given[] = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 1e30f, -1e30f, INFINITY, -INFINITY, NAN, 0.0f};
        const int8_t expected[] = {3, 5, 5, 3, 1, 7, -8, 7, -8, 0, 3};
        Buffer x(99), scale(1), zero(1);
        Bytes q(99);
        scale[0] = 1.0f;
        zero[0] = 3.0f;
        for (int64_t i = 0; i < 99; ++i) {
            x[i] = given[i % 11];
        }
        CHECK_EQUAL(gatun_quantize(1, 1, 99, -8, 7, x.data(), scale.data(), zero.data(), q.data()), GATUN_SUCCESS);
        for (int64_t i = 0; i < 99; ++i) {
            CHECK_EQUAL(static_cast<int8_t>(q[i]), expected[i % 11]);
        }
    });
}

TEST(bad_arguments_are_refused)
{
    float x = 1.0f;
    uint8_t q = 1;
    CHECK_EQUAL(gatun_quantize(-1, 1, 1, -1, 1, &x, &x, nullptr, &q), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_quantize(INT64_MAX, 2, 1, -1, 1, &x, &x, nullptr, &q), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_quantize(1, 1, 1, 1, 2, &x, &x, nullptr, &q), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_quantize(1, 1, 1, -1, 128, &x, &x, nullptr, &q), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_quantize(1, 1, 1, -129, 1, &x, &x, nullptr, &q), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_quantize(1, 1, 1, 0, 256, &x, &x, nullptr, &q), GATUN_INVALID_VALUE);
    CHECK_EQUAL(gatun_quantize(1, 1, 1, -1, 1, nullptr, &x, nullptr, &q), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_quantize(1, 1, 1, -1, 1, &x, nullptr, nullptr, &q), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_quantize(1, 1, 1, -1, 1, &x, &x, nullptr, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_dequantize(1, -1, 1, 1, &q, &x, nullptr, &x), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_dequantize(1, 1, 1, 1, nullptr, &x, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_dequantize(1, 1, 1, 1, &q, nullptr, nullptr, &x), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_dequantize(1, 1, 1, 1, &q, &x, nullptr, nullptr), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_quantized_sum(-1, 0, &q, &x, nullptr, 0, &q, &x, nullptr, 0, 0, 9, &x, nullptr, &q),
                GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_quantized_sum(1, 0, &q, &x, nullptr, 0, &q, nullptr, nullptr, 0, 0, 9, &x, nullptr, &q),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_quantized_sum(1, 0, nullptr, &x, nullptr, 0, &q, &x, nullptr, 0, 0, 9, &x, nullptr, &q),
                GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_quantized_sum(1, 0, &q, &x, nullptr, 0, &q, &x, nullptr, 0, 0, 0, &x, nullptr, &q),
                GATUN_INVALID_VALUE);
    CHECK(x == 1.0f);
    CHECK(q == 1);
}
