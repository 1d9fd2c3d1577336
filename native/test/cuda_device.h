// Where the CUDA kernels run: on a GPU (cuda_driver.h), or on the CPU in slow motion (cuda_emulation.h).
#ifndef GATUN_TEST_CUDA_DEVICE_H
#define GATUN_TEST_CUDA_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include <vector>

#include "gatun_cuda.h"

class Device {
  public:
    virtual ~Device() = default;

    // At a multiple of 256 bytes; null where there is no more.
    virtual void *allocate(size_t bytes) = 0;
    virtual void release(void *memory) = 0;
    virtual void to_device(void *to, const void *from, size_t bytes) = 0;
    virtual void to_host(void *to, const void *from, size_t bytes) = 0;

    // arguments: the address of each.
    virtual void launch(const char *kernel, int64_t blocks, void **arguments) = 0;
};

// The device of this program.
Device &device();

// (elements) of device memory, beginning that many elements past an aligned address.
template <typename Value>
class DeviceSlab {
  public:
    explicit DeviceSlab(const std::vector<Value> &values, int64_t offset = 0) : size_(values.size())
    {
        memory_ = device().allocate((values.size() + static_cast<size_t>(offset)) * sizeof(Value) + 1);
        data_ = static_cast<Value *>(memory_) + offset;
        write(values);
    }

    DeviceSlab(const DeviceSlab &) = delete;
    DeviceSlab &operator=(const DeviceSlab &) = delete;

    ~DeviceSlab()
    {
        device().release(memory_);
    }

    void write(const std::vector<Value> &values)
    {
        device().to_device(data_, values.data(), values.size() * sizeof(Value));
    }

    std::vector<Value> read() const
    {
        std::vector<Value> values(size_);
        device().to_host(values.data(), data_, values.size() * sizeof(Value));
        return values;
    }

    Value *data() const
    {
        return data_;
    }

  private:
    size_t size_;
    void *memory_;
    Value *data_;
};

// The arguments must have the very types of the kernel's parameters: nobody converts them.
template <typename... Arguments>
void launch(const char *kernel, int64_t blocks, Arguments... arguments)
{
    void *addresses[] = {static_cast<void *>(&arguments)...};
    device().launch(kernel, blocks, addresses);
}

#endif
