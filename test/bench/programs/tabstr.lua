-- 10000000 operations
local t = {}
local names = {}
for i = 0, 99 do names[i] = "key-of-16-by-" .. (100 + i) end
for i = 1, 100000 do
	for j = 0, 99 do local k = names[j] t[k] = (t[k] or 0) + 1 end
end
print(t[names[7]])
