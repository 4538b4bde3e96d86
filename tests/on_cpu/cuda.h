// CUDA's words on a CPU, so that the device code runs where no GPU is: the threads of a block are
// taken in turn, each until it waits for others, in an order that is drawn anew for every block. So
// votes and shuffles are what a warp's are, and code that leaves a barrier out gives other numbers
// in another order. Threads that wait for ones that never come end the launch with an error.
#pragma once

#include <math.h>
#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#define __device__
#define __global__
#define __shared__ static
#define __launch_bounds__(...)

struct Place {
  unsigned x;
};
static Place threadIdx, blockIdx, blockDim, gridDim;

namespace on_cpu {

constexpr unsigned kWarp = 32;
constexpr std::size_t kStack = 64 * 1024;

// Threads that meet: the last to come lets all go on.
struct Meeting {
  unsigned arrived = 0, generation = 0;
};

struct Thread {
  ucontext_t start;
  jmp_buf at;
  std::unique_ptr<char[]> stack{new char[kStack]};
  bool begun = false, done = false;
  unsigned parity = 0;  // of the warp's exchanges
};

struct Warp {
  Meeting meeting;
  unsigned long long values[2][kWarp];  // of this exchange and the last, which some still read
};

struct Block {
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  Meeting meeting;
  unsigned current = 0;
  bool progress = false;
  jmp_buf scheduler;
};
static Block block;

inline void yield() {
  if (!_setjmp(block.threads[block.current].at)) _longjmp(block.scheduler, 1);
}

inline void meet(Meeting& meeting, unsigned size) {
  const unsigned mine = meeting.generation;
  block.progress = true;
  if (++meeting.arrived == size) {
    meeting.arrived = 0;
    ++meeting.generation;
  }
  while (meeting.generation == mine) yield();
}

// Give every lane of this warp's values.
inline const unsigned long long* exchange(unsigned long long value) {
  Warp& warp = block.warps[threadIdx.x / kWarp];
  const unsigned parity = block.threads[block.current].parity ^= 1;
  warp.values[parity][threadIdx.x % kWarp] = value;
  meet(warp.meeting, kWarp);
  return warp.values[parity];
}

// `kernel(arguments…)` as the present thread; it never returns.
static void (*run_kernel)();
inline void enter() {
  run_kernel();
  block.threads[block.current].done = true;
  block.progress = true;
  _longjmp(block.scheduler, 1);
}

inline void resume(unsigned which) {
  block.current = which;
  threadIdx.x = which;
  Thread& thread = block.threads[which];
  if (_setjmp(block.scheduler)) return;
  if (thread.begun) _longjmp(thread.at, 1);
  thread.begun = true;
  getcontext(&thread.start);
  thread.start.uc_stack.ss_sp = thread.stack.get();
  thread.start.uc_stack.ss_size = kStack;
  thread.start.uc_link = nullptr;
  makecontext(&thread.start, enter, 0);
  setcontext(&thread.start);
}

// False where threads wait for one another in vain.
inline bool run_block(std::mt19937& random) {
  const unsigned size = blockDim.x;
  if (block.threads.size() < size) block.threads.resize(size);
  block.warps.assign(size / kWarp, Warp{});
  block.meeting = Meeting{};
  std::vector<unsigned> order(size);
  for (unsigned i = 0; i < size; ++i) {
    order[i] = i;
    Thread& thread = block.threads[i];
    thread.begun = thread.done = false;
    thread.parity = 0;
  }
  std::shuffle(order.begin(), order.end(), random);
  for (bool alive = true; alive;) {
    alive = block.progress = false;
    for (unsigned which : order) {
      if (block.threads[which].done) continue;
      resume(which);
      alive |= !block.threads[which].done;
    }
    if (alive && !block.progress) {
      bool freed = false;  // the last to come may have freed others that had their turn before
      for (unsigned which : order) {
        if (!block.threads[which].done) resume(which);
        freed |= block.progress;
      }
      if (!freed) return false;
    }
  }
  return true;
}

template <class... A, std::size_t... I>
void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
  kernel(*static_cast<A*>(arguments[I])...);
}

// Run a kernel as `cuLaunchKernel` does: each argument is where its value is.
template <class... A>
bool launch(void (*kernel)(A...), unsigned blocks, unsigned threads, void** arguments,
            unsigned seed) {
  static void (*which)(A...);
  static void** given;
  which = kernel;
  given = arguments;
  run_kernel = [] { call(which, given, std::index_sequence_for<A...>{}); };
  std::mt19937 random(seed);
  gridDim.x = blocks;
  blockDim.x = threads;
  for (blockIdx.x = 0; blockIdx.x < blocks; ++blockIdx.x) {
    if (!run_block(random)) return false;
  }
  return true;
}

}  // namespace on_cpu

inline void __syncthreads() { on_cpu::meet(on_cpu::block.meeting, blockDim.x); }

template <class T>
T __shfl_up_sync(unsigned, T value, unsigned by, unsigned width) {
  const unsigned lane = threadIdx.x % on_cpu::kWarp;
  const auto* values = on_cpu::exchange(value);
  return lane % width < by ? value : static_cast<T>(values[lane - by]);
}

template <class T>
T __shfl_down_sync(unsigned, T value, unsigned by, unsigned width) {
  const unsigned lane = threadIdx.x % on_cpu::kWarp;
  const auto* values = on_cpu::exchange(value);
  return lane % width + by >= width ? value : static_cast<T>(values[lane + by]);
}

template <class T>
T __shfl_xor_sync(unsigned, T value, unsigned by, unsigned) {
  return static_cast<T>(on_cpu::exchange(value)[threadIdx.x % on_cpu::kWarp ^ by]);
}

inline unsigned __ballot_sync(unsigned, bool vote) {
  const auto* votes = on_cpu::exchange(vote);
  unsigned found = 0;
  for (unsigned lane = 0; lane < on_cpu::kWarp; ++lane) found |= (votes[lane] & 1u) << lane;
  return found;
}

inline int __popc(unsigned bits) { return __builtin_popcount(bits); }

template <class T>
T atomicAdd(T* place, T value) {
  const T before = *place;
  *place += value;
  return before;
}

template <class T>
T atomicCAS(T* place, T expected, T value) {
  const T before = *place;
  if (before == expected) *place = value;
  return before;
}
