#include "buffers.h"
#include "check.h"
#include "common/philox.h"

struct KnownAnswer {
    uint64_t counter[4];
    uint32_t key[2];
    uint32_t random[4];
};

// From the known-answer file of Random123, philox4x32 with 10 rounds.
static const KnownAnswer known_answers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

TEST(philox_gives_the_known_answers)
{
    for (const KnownAnswer &known : known_answers) {
        uint64_t c[4] = {known.counter[0], known.counter[1], known.counter[2], known.counter[3]};
        gatun::philox(c[0], c[1], c[2], c[3], known.key[0], known.key[1]);
        for (int word = 0; word < 4; ++word) {
            CHECK_EQUAL(static_cast<uint32_t>(c[word]), known.random[word]);
        }
    }
}

// The header's definition of keep(i), one element at a time.
static bool keeps(int64_t i, double rate, const gatun_random &random, uint32_t stream)
{
    const uint64_t block = static_cast<uint64_t>(i / 4);
    uint64_t c[4] = {block & 0xFFFFFFFFu, block >> 32, random.step & 0xFFFFFFFFu, stream};
    gatun::philox(c[0], c[1], c[2], c[3], static_cast<uint32_t>(random.seed),
                  static_cast<uint32_t>(random.seed >> 32));
    return static_cast<double>(static_cast<uint32_t>(c[i % 4])) >= floor(rate * 4294967296.0);
}

TEST(each_element_follows_the_definition)
{
    const gatun_random random = {0x0123456789abcdefu, 0xfedcba9876543210u};
    const double rate = 0.3;
    for (const int64_t size : sizes) {
        for (const int64_t offset : offsets) {
            std::vector<float> expected;
            Buffer src(size, offset);
            src.fill(1.0f, 1);
            for (int64_t i = 0; i < size; ++i) {
                const float scaled = src[i] * static_cast<float>(1.0 / (1.0 - rate));
                expected.push_back(keeps(i, rate, random, 5) ? scaled : 0.0f);
            }
            for_every_setting([&] {
                Buffer dst(size, offset);
                CHECK_EQUAL(gatun_dropout(size, src.data(), dst.data(), rate, &random, 5), GATUN_SUCCESS);
                CHECK(size == 0 || memcmp(dst.data(), expected.data(), expected.size() * sizeof(float)) == 0);
            });
        }
    }
}

static int64_t count_zeros(Buffer &buffer)
{
    int64_t zeros = 0;
    for (int64_t i = 0; i < buffer.size(); ++i) {
        zeros += buffer[i] == 0.0f ? 1 : 0;
    }
    return zeros;
}

TEST(the_share_dropped_is_the_rate)
{
    const int64_t size = 1000003;
    Buffer src(size), dst(size);
    src.fill_constant(1.0f);
    for (const double rate : {0.0, 0.1, 0.5, 0.9}) {
        const gatun_random random = {42, 7};
        CHECK_EQUAL(gatun_dropout(size, src.data(), dst.data(), rate, &random, 0), GATUN_SUCCESS);
        const double share = static_cast<double>(count_zeros(dst)) / static_cast<double>(size);
        const double deviation = sqrt(rate * (1.0 - rate) / static_cast<double>(size));
        CHECK_NEAR(share, rate, 5.0 * deviation);
    }
}

TEST(forward_and_backward_share_the_mask_and_streams_and_steps_do_not)
{
    const int64_t size = 4097;
    Buffer ones(size), twos(size), forward(size), backward(size), other(size);
    ones.fill_constant(1.0f);
    twos.fill_constant(2.0f);
    const gatun_random random = {42, 7};
    gatun_dropout(size, ones.data(), forward.data(), 0.5, &random, 1);
    gatun_dropout(size, twos.data(), backward.data(), 0.5, &random, 1);
    for (int64_t i = 0; i < size; ++i) {
        CHECK(backward[i] == 2.0f * forward[i]);
    }
    struct Change {
        gatun_random random;
        uint32_t stream;
    };
    for (const Change &change : {Change{{42, 7}, 2}, Change{{42, 8}, 1}, Change{{43, 7}, 1},
                                 Change{{42 + (uint64_t{1} << 32), 7}, 1}}) {
        gatun_dropout(size, ones.data(), other.data(), 0.5, &change.random, change.stream);
        int64_t same = 0;
        for (int64_t i = 0; i < size; ++i) {
            same += other[i] == forward[i] ? 1 : 0;
        }
        CHECK_NEAR(static_cast<double>(same) / size, 0.5, 5.0 * 0.5 / sqrt(static_cast<double>(size)));
    }
}

TEST(dropped_elements_are_zero_whatever_they_were_and_dst_may_be_src)
{
    for_every_setting([] {
        Buffer buffer(100), ones(100);
        buffer.fill_constant(NAN);
        ones.fill_constant(1.0f);
        const gatun_random random = {1, 1};
        gatun_dropout(100, buffer.data(), buffer.data(), 0.5, &random, 0);
        gatun_dropout(100, ones.data(), ones.data(), 0.5, &random, 0);
        for (int64_t i = 0; i < 100; ++i) {
            CHECK(ones[i] == 0.0f ? buffer[i] == 0.0f : isnan(buffer[i]));
        }
    });
}

TEST(bad_arguments_are_refused)
{
    float x = 1.0f;
    const gatun_random random = {1, 1};
    CHECK_EQUAL(gatun_dropout(-1, &x, &x, 0.5, &random, 0), GATUN_INVALID_SIZE);
    CHECK_EQUAL(gatun_dropout(1, nullptr, &x, 0.5, &random, 0), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_dropout(1, &x, nullptr, 0.5, &random, 0), GATUN_NULL_POINTER);
    CHECK_EQUAL(gatun_dropout(1, &x, &x, 0.5, nullptr, 0), GATUN_NULL_POINTER);
    for (const double rate : {-0.1, 1.0, 2.0, static_cast<double>(NAN)}) {
        CHECK_EQUAL(gatun_dropout(1, &x, &x, rate, &random, 0), GATUN_INVALID_VALUE);
    }
    CHECK_EQUAL(gatun_dropout(0, nullptr, nullptr, 0.5, &random, 0), GATUN_SUCCESS);
    CHECK(x == 1.0f);
}
