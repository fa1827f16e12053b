-- 20000000 operations
local function f(x) return x end
local n = 0
for i = 1, 20000000 do n = n + f(1) end
print(n)
